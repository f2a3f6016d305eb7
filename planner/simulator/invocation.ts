import { backoffRules, treeDefaults } from '../../engine/limits.ts';
import { livelockOf } from '../../engine/policy/livelock.ts';
import { planInvocation } from '../../engine/policy/plan.ts';
import { step } from '../../engine/policy/policy.ts';
import type { QueuedRange } from '../../engine/policy/queue.ts';
import { initialState, type Move, type PolicyEvent, type State } from '../../engine/policy/state.ts';
import { callChild } from './call.ts';
import type { Placement } from './environments.ts';
import { marks, type Outcomes, openOutcomes } from './items.ts';
import { work } from './own-work.ts';
import { retryOnly } from './retry-only.ts';
import type { Run } from './run.ts';
import { policies } from './simulation.ts';

/** How an invocation can end: with an answer, with its environment, or refusing to be of another version. */
export type End = 'finished' | 'crashed' | 'skewed';

/** One simulated invocation. Outcomes are by its own indexes, as in the engine; it knows nothing of the batch. */
export interface Invocation {
  readonly path: number;
  readonly items: Uint32Array;
  /** Distance from the root. */
  readonly depth: number;
  /** Of this tree; a caller outside Lambda does not know it before the first reply. */
  version: number | undefined;
  /** How many times longer its environment takes. */
  readonly slowness: number;
  readonly outcomes: Outcomes;
  readonly givenBack: QueuedRange[];
  /** Children it waits for. */
  readonly children: Set<Invocation>;
  /** Whether somebody waits for its answer, up to the root. */
  attached: boolean;
  /** False once it has answered or died. */
  alive: boolean;
  /** Its own work ends no earlier than this, in milliseconds. */
  ownWorkFreeMs: number;
  readonly send: (event: PolicyEvent) => void;
  readonly end: (how: End) => void;
}

/** What an invocation is started with. */
export interface Start {
  readonly items: Uint32Array;
  readonly depth: number;
  readonly slots: number;
  readonly path: number;
  readonly version: number | undefined;
  /** Where it runs; absent for a caller outside Lambda, which has no own work. */
  readonly placement: Placement | undefined;
  /** When it begins: after a cold start, if it needs one. */
  readonly atMs: number;
  readonly attached: boolean;
  /** Whether it is of another version than its tree, and refuses before working. */
  readonly isSkewed: boolean;
  readonly onEnd: (invocation: Invocation, how: End) => void;
}

const planned = ({ input }: Run, { items, depth, slots, placement }: Start): State => {
  const { shape, policy } = input;
  const ownWork = placement !== undefined;
  const plan = planInvocation({ ...shape, items: items.length, depth, slots, ownWork });
  const state = initialState(items.length, plan, {
    maxWork: shape.maxWork,
    ownWork,
    maxAttempts: treeDefaults.maxAttempts,
    hasParent: depth > 0,
    backoff: backoffRules,
  });
  return policy === policies.retryOnly ? retryOnly(state, plan.own) : state;
};

/** Puts an outcome in its place; the first one counts, as in the engine's driver. At the root each one is counted. */
export const answer = (
  run: Run,
  { depth, items, outcomes }: Invocation,
  at: number,
  mark: number,
  value = 0,
) => {
  const item = items[at] ?? 0;
  if (depth === 0) run.arrivals[item] = (run.arrivals[item] ?? 0) + 1;
  if (outcomes.marks[at] !== marks.open) return;
  outcomes.marks[at] = mark;
  outcomes.answers[at] = value;
};

/** Runs the engine's own plan and policy for one invocation; what they ask for happens in virtual time. */
export const startInvocation = (run: Run, start: Start): Invocation => {
  const { items, depth, path, version, placement, attached } = start;
  let state = planned(run, start);

  const perform = (move: Move): void => {
    switch (move.kind) {
      case 'work':
        work(run, invocation, move.range);
        return;
      case 'invoke':
        callChild(run, invocation, move);
        return;
      case 'fail':
        for (let at = move.range.start; at < move.range.end; at++) answer(run, invocation, at, marks.failed);
        return;
      case 'give-back':
        invocation.givenBack.push(move.range);
        return;
      case 'wake': {
        const livelock = livelockOf(state, move.atMs, run.time.now());
        if (livelock) throw livelock;
        run.time.at(move.atMs, () => invocation.send({ kind: 'woke', nowMs: run.time.now() }));
        return;
      }
      case 'finish':
        invocation.end('finished');
        return;
      default:
        move satisfies never;
    }
  };

  const invocation: Invocation = {
    path,
    items,
    depth,
    version,
    slowness: placement?.environment.slowness ?? 1,
    outcomes: openOutcomes(items.length),
    givenBack: [],
    children: new Set(),
    attached,
    alive: true,
    ownWorkFreeMs: 0,
    send: (event) => {
      if (!invocation.alive) return;
      const next = step(state, event);
      state = next.state;
      for (const move of next.moves) perform(move);
    },
    end: (how) => {
      if (!invocation.alive) return;
      invocation.alive = false;
      start.onEnd(invocation, how);
    },
  };
  run.deadlockWatch.underWay(start.atMs, () => {
    if (start.isSkewed) invocation.end('skewed');
    else invocation.send({ kind: 'started', nowMs: run.time.now() });
  });
  return invocation;
};
