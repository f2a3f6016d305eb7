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
import { createOwnSchedule } from './own-schedule.ts';
import { work } from './own-work.ts';
import { openPartBook } from './parts.ts';
import { retryOnly } from './retry-only.ts';
import type { Run } from './run.ts';
import { policies } from './simulation.ts';

const planned = ({ input }: Run, { items, depth, slots, placement }: Start): State => {
  const { shape, policy } = input;
  const ownWork = placement !== undefined;
  const plan = planInvocation({ ...shape, items: items.length, depth, slots, ownWork });
  const state = initialState(items.length, plan, {
    maxWork: shape.maxWork,
    maxLanes: shape.maxLanes,
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
  const { time, input } = run;
  const { broken } = input.faults;
  const { storedBytes } = input;
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
        for (let at = move.range.start; at < move.range.end; at++) {
          answer(run, invocation, at, marks.failed);
          if (move.named) invocation.parts?.add(items[at] ?? 0);
        }
        return;
      case 'give-back':
        invocation.givenBack.push(move.range);
        return;
      case 'wake': {
        const livelock = livelockOf(state, move.atMs, time.now());
        if (livelock) throw livelock;
        time.at(move.atMs, () => invocation.send({ kind: 'woke', nowMs: time.now() }));
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
    schedule: createOwnSchedule(input.own),
    parts:
      storedBytes === undefined
        ? undefined
        : openPartBook({ resultBytes: storedBytes, now: time.now, write: (part) => run.store.push(part) }),
    send: (event) => {
      if (!invocation.alive) return;
      const heardMs = invocation.schedule.heardMs(time.now());
      if (heardMs > time.now()) {
        time.at(heardMs, () => invocation.send({ ...event, nowMs: time.now() }));
        return;
      }
      run.ledger.steps += 1;
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
    else if (broken && depth > 0) invocation.end(broken === 'crashes' ? 'crashed' : 'failed');
    else invocation.send({ kind: 'started', nowMs: time.now() });
  });
  return invocation;
};
