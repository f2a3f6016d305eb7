import type { WireError } from '../../platform/errors.ts';
import type { BackoffRules } from './backoff.ts';
import type { HedgeRules } from './hedge.ts';
import type { Plan } from './plan.ts';
import { freshRange, type Queue, type QueuedRange } from './queue.ts';
import type { Range } from './range.ts';

/** What the policy goes by, fixed for one invocation. */
export interface Rules {
  /** W: the most items own work takes in one round. */
  readonly maxWork: number;
  /** Whether this place works on items itself; a caller outside Lambda does not. */
  readonly ownWork: boolean;
  /** Children a chunk may be given to before own work does it (or, without own work, it fails). */
  readonly maxAttempts: number;
  /** Whether a parent waits for what this invocation gives back undone. */
  readonly hasParent: boolean;
  readonly backoff: BackoffRules;
  /** When idle own work copies a straggling range. Absent: never. */
  readonly hedge?: HedgeRules | undefined;
}

/** One lane: at most one child at a time. */
export interface Lane {
  readonly slots: number;
  readonly chunk: number;
  /** Until it takes its first chunk. */
  readonly fresh: boolean;
  /** What its child is working on. */
  readonly busy: QueuedRange | undefined;
  /** When its child was called. */
  readonly sinceMs: number;
  /** How many of the range's first items own work has copied, or are copying. */
  readonly copied: number;
  /** Own work has answered the whole range: the child's answer is not wanted any more. */
  readonly abandoned: boolean;
  /** Throttles and lost answers in a row. */
  readonly setbacks: number;
  /** The lane backs off until then (ms, the driver's clock). */
  readonly notBeforeMs: number;
}

/** Everything the policy knows; plain data, never changed in place. */
export interface State {
  readonly rules: Rules;
  readonly queue: Queue;
  /** Rounds of own work under way: one, or two while the first runs out (see `overlap`). */
  readonly rounds: readonly QueuedRange[];
  /** The last round no longer keeps own work busy (its last downloads are coming in): the next one may start. */
  readonly overlap: boolean;
  readonly lanes: readonly Lane[];
  /** Lanes that may be busy at once: halved by a throttle, one more for every answer (AIMD). */
  readonly openLanes: number;
  /** False once children cannot be had at all (loop detection, no permission). */
  readonly fanOut: boolean;
  /** True once a child of another version was met: children are called by exact version from then on. */
  readonly pinned: boolean;
  /** How long the latest calls took that were answered. */
  readonly samples: readonly number[];
  /** True once nothing new may start. */
  readonly draining: boolean;
}

/** What happened. Times are of the driver's clock; `random` is uniform in [0, 1). */
export type PolicyEvent =
  | { readonly kind: 'started'; readonly nowMs: number }
  | { readonly kind: 'woke'; readonly nowMs: number }
  /** The round that starts at index `start` no longer keeps own work busy. */
  | { readonly kind: 'ready'; readonly start: number; readonly nowMs: number }
  | { readonly kind: 'worked'; readonly start: number; readonly nowMs: number }
  | {
      readonly kind: 'answered';
      readonly lane: number;
      readonly nowMs: number;
      /** What the child gave back unanswered, in this batch's indexes. */
      readonly undone?: readonly QueuedRange[];
    }
  | { readonly kind: 'throttled'; readonly lane: number; readonly nowMs: number; readonly random: number }
  | {
      /** A service error, a reset, or a reply that is not one: the chunk may have run, its answer is lost. */
      readonly kind: 'lost';
      readonly lane: number;
      readonly nowMs: number;
      readonly random: number;
      readonly error: WireError;
    }
  | { readonly kind: 'crashed'; readonly lane: number; readonly nowMs: number; readonly error: WireError }
  | { readonly kind: 'too-large'; readonly lane: number; readonly nowMs: number; readonly error: WireError }
  | { readonly kind: 'skewed'; readonly lane: number; readonly nowMs: number; readonly error: WireError }
  | { readonly kind: 'refused'; readonly lane: number; readonly nowMs: number; readonly error: WireError }
  | { readonly kind: 'failed'; readonly lane: number; readonly nowMs: number; readonly error: WireError }
  | { readonly kind: 'stopped'; readonly nowMs: number }
  | { readonly kind: 'lane-settled'; readonly lane: number; readonly nowMs: number };

/** What to do about it. */
export type Move =
  | {
      readonly kind: 'work';
      readonly range: Range;
      /** A child has it too: whoever answers first wins. */
      readonly copy: boolean;
    }
  /** Abort that lane's call. */
  | { readonly kind: 'abandon'; readonly lane: number }
  | {
      readonly kind: 'invoke';
      readonly lane: number;
      readonly range: Range;
      readonly slots: number;
      readonly attempt: number;
      readonly pinned: boolean;
    }
  | { readonly kind: 'fail'; readonly range: Range; readonly error: WireError }
  /** Hand the piece back to the parent, unanswered, so that its slot can serve somebody else. */
  | { readonly kind: 'give-back'; readonly piece: QueuedRange }
  /** Send `woke` at that time; replaces an earlier wake. */
  | { readonly kind: 'wake'; readonly atMs: number }
  | { readonly kind: 'finish' };

/** A state and what follows from the last event. */
export interface Step {
  readonly state: State;
  readonly moves: readonly Move[];
}

/** The state before anything has happened; `todo` are the ranges to do, sorted and disjoint, by default all. */
export const initialState = (
  items: number,
  plan: Plan,
  rules: Rules,
  todo: readonly Range[] = items === 0 ? [] : [{ start: 0, end: items }],
): State => ({
  rules,
  queue: todo.map(({ start, end }) => freshRange(start, end)),
  rounds: [],
  overlap: false,
  lanes: plan.lanes.map(({ slots, chunk }) => ({
    slots,
    chunk,
    fresh: true,
    busy: undefined,
    sinceMs: 0,
    copied: 0,
    abandoned: false,
    setbacks: 0,
    notBeforeMs: Number.NEGATIVE_INFINITY,
  })),
  openLanes: plan.lanes.length,
  fanOut: true,
  pinned: false,
  samples: [],
  draining: false,
});
