import { planInvocation } from '../../../engine/policy/plan.ts';
import { step } from '../../../engine/policy/policy.ts';
import type { QueuedRange } from '../../../engine/policy/queue.ts';
import {
  initialState,
  type Move,
  type PolicyEvent,
  type Rules,
  type State,
  type Step,
} from '../../../engine/policy/state.ts';
import type { WireError } from '../../../platform/errors.ts';

/** An event as a test writes it: at 0 ms, of lane 0, with the longest wait, unless it says otherwise. */
export interface Told {
  readonly kind: PolicyEvent['kind'];
  readonly nowMs?: number;
  readonly lane?: number;
  readonly start?: number;
  readonly random?: number;
  readonly error?: WireError;
  readonly told?: number;
  readonly undone?: readonly QueuedRange[];
}

export const rules: Rules = {
  maxWork: 4,
  maxLanes: 10,
  ownWork: true,
  maxAttempts: 3,
  hasParent: false,
  backoff: { baseMs: 100, capMs: 1_000 },
};

export const lostError = { name: 'ChildInvocationError', message: 'lost' };

/** What follows from an event. */
export const after = (state: State, told: Told): Step =>
  step(state, { nowMs: 0, lane: 0, random: 1, error: lostError, ...told } as PolicyEvent);

/** A state some events later; moves are those of the last one. */
export const afterAll = (state: State, ...told: readonly Told[]): Step =>
  told.reduce<Step>((before, event) => after(before.state, event), { state, moves: [] });

/** A batch under way: by default 12 items, own work busy with 0 to 3, two lanes with 8 to 11 and 4 to 7. */
export const underWay = (
  change: Partial<Rules> & { items?: number; lanes?: readonly { slots: number; chunk: number }[] } = {},
): Step => {
  const { items = 12, lanes = [1, 1].map((slots) => ({ slots, chunk: 4 })), ...more } = change;
  return after(initialState(items, { own: 0, lanes }, { ...rules, ...more }), { kind: 'started' });
};

/** A batch under way in the shape the plan gives it. */
export const planned = (items: number, slots: number): Step =>
  after(
    initialState(
      items,
      planInvocation({ items, slots, maxWork: 4, maxLanes: 10, depth: 0, maxDepth: 8, ownWork: true }),
      rules,
    ),
    { kind: 'started' },
  );

/** Moves as short text: `work 0-4`, `invoke 1: 4-8`. */
export const shown = (moves: readonly Move[]): readonly string[] =>
  moves.map((move) => {
    switch (move.kind) {
      case 'work':
        return `work ${move.range.start}-${move.range.end}`;
      case 'invoke':
        return `invoke ${move.lane}: ${move.range.start}-${move.range.end}${move.pinned ? ' pinned' : ''}${move.attempt ? ` attempt ${move.attempt}` : ''}`;
      case 'fail':
        return `fail ${move.range.start}-${move.range.end}: ${move.error.message}`;
      case 'give-back':
        return `give back ${move.range.start}-${move.range.end}`;
      case 'wake':
        return `wake at ${move.atMs}`;
      case 'finish':
        return 'finish';
      default:
        return move satisfies never;
    }
  });
