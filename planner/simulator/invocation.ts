import { backoffRules, treeDefaults } from '../../engine/limits.ts';
import {
  initialState,
  livelockOf,
  type Move,
  planInvocation,
  type State,
  step,
} from '../../engine/policy/index.ts';
import { callChild } from './call.ts';
import { marks, openOutcomes } from './items.ts';
import { answer, type Invocation, type Start, type StartInvocation } from './node.ts';
import { work } from './own-work.ts';
import { retryOnly } from './retry-only.ts';
import type { Run } from './run.ts';
import { policies } from './simulation.ts';

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

/** Runs the engine's own plan and policy for one invocation; what they ask for happens in virtual time. */
export const startInvocation: StartInvocation = (run, start) => {
  const { items, depth, path, version, placement, attached } = start;
  let state = planned(run, start);

  const perform = (move: Move): void => {
    switch (move.kind) {
      case 'work':
        work(run, invocation, move.range);
        return;
      case 'invoke':
        callChild(run, startInvocation, invocation, move);
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
        // nothing else drains a simulated invocation
        if (state.draining) run.ledger.fuses += 1;
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
