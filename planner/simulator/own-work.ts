import type { Range } from '../../engine/policy/index.ts';
import { answerOf, marks } from './items.ts';
import { answer, type Invocation } from './node.ts';
import { type Run, strikes } from './run.ts';

const count = (counts: Uint8Array, item: number): void => {
  counts[item] = Math.min(255, (counts[item] ?? 0) + 1);
};

const die = (run: Run, invocation: Invocation): void => {
  if (!invocation.alive) return;
  run.ledger.crashes += 1;
  if (invocation.items.length === 1) count(run.soloCrashes, invocation.items[0] ?? 0);
  invocation.end('crashed');
};

/**
 * A round of an invocation's own work: its items one after another, after whatever it is working on. The policy
 * is told `ready` when the last of several items begins, as the engine's driver does when a round runs out.
 */
export const work = (run: Run, invocation: Invocation, { start, end }: Range): void => {
  const { items, depth, slowness } = invocation;
  const { itemMs, poison, time, deadlockWatch } = run;
  const dies =
    depth > 0 && strikes(run, run.input.faults.crash)
      ? start + Math.floor(run.random() * (end - start))
      : Number.NaN;
  let atMs = Math.max(time.now(), invocation.ownWorkFreeMs);
  for (let at = start; at < end; at++) {
    const item = items[at] ?? 0;
    if (at === end - 1 && end - start > 1) {
      time.at(atMs, () => invocation.send({ kind: 'ready', start, nowMs: time.now() }));
    }
    atMs += (itemMs[item] ?? 0) * slowness;
    if (at === dies || poison.has(item)) {
      deadlockWatch.underWay(atMs, () => die(run, invocation));
      return;
    }
  }
  invocation.ownWorkFreeMs = atMs;
  deadlockWatch.underWay(atMs, () => {
    if (!invocation.alive) return;
    for (let at = start; at < end; at++) {
      const item = items[at] ?? 0;
      count(run.worked, item);
      answer(run, invocation, at, marks.answered, answerOf(item));
    }
    invocation.send({ kind: 'worked', start, nowMs: time.now() });
  });
};
