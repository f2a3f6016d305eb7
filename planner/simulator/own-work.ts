import type { Range } from '../../engine/policy/index.ts';
import { answerOf, marks } from './items.ts';
import { answer, type Invocation } from './node.ts';
import { readyMsOf } from './own-schedule.ts';
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
 * A round of an invocation's own work: its items in their order, as soon as there is a place and a vCPU for them. The
 * policy is told `ready` as the engine's driver is by `each`, when a round of several items runs out.
 */
export const work = (run: Run, invocation: Invocation, { start, end }: Range): void => {
  const { items, depth, slowness, schedule, parts } = invocation;
  const { itemMs, invalid, poison, time, deadlockWatch, input } = run;
  const dies =
    depth > 0 && strikes(run, input.faults.crash)
      ? start + Math.floor(run.random() * (end - start))
      : Number.NaN;
  const given = items.subarray(start, end);
  const round = Array.from(given, (item) => schedule.add(time.now(), (itemMs[item] ?? 0) * slowness));
  const deaths = round.filter(
    (_, at) => start + at === dies || (poison.has(given[at] ?? 0) && !invalid[given[at] ?? 0]),
  );
  const endMs = Math.max(...round.map((item) => item.endMs));
  const send = (kind: 'ready' | 'worked') => invocation.send({ kind, start, nowMs: time.now() });
  const readyMs = round.length > 1 ? readyMsOf(round, input.own) : undefined;
  if (readyMs !== undefined) time.at(readyMs, () => send('ready'));
  if (deaths.length > 0) {
    deadlockWatch.underWay(Math.min(...deaths.map((item) => item.endMs)), () => die(run, invocation));
    return;
  }
  deadlockWatch.underWay(endMs, () => {
    if (!invocation.alive) return;
    given.forEach((item, at) => {
      count(run.worked, item);
      parts?.add(item);
      if (invalid[item]) answer(run, invocation, start + at, marks.failed);
      else answer(run, invocation, start + at, marks.answered, answerOf(item));
    });
    send('worked');
  });
};
