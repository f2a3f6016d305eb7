import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import type { Outcome } from '../../../engine/policy/outcome.ts';
import { done, finish, finishAll, givenTo, replied, startDrive, turn } from '../support/driven.ts';

const lanes = (count: number, chunk: number) => Array.from({ length: count }, () => ({ slots: 1, chunk }));
const upTo = (size: number) => Array.from({ length: size }, (_, index) => index);

test('answers stand in the order of the batch, whoever comes first', async () => {
  const driven = await startDrive({ size: 23, lanes: lanes(3, 4) });
  await finishAll(driven);
  const { outcomes, stopped, givenBack } = await driven.result;
  assert.deepEqual(outcomes, done(upTo(23)));
  assert.equal(stopped, undefined);
  assert.deepEqual(givenBack, []);
});

test('own work and every lane are at work at once, each with its part', async () => {
  const { children, rounds } = await startDrive({ size: 20, lanes: lanes(3, 4) });
  assert.deepEqual(
    rounds.map(({ items }) => items),
    [[0, 1, 2, 3]],
  );
  assert.deepEqual(children.map(givenTo), [
    [16, 17, 18, 19],
    [12, 13, 14, 15],
    [8, 9, 10, 11],
  ]);
});

test('a lane has one child at a time, and own work one round', async () => {
  const { children, rounds } = await startDrive({ size: 40, lanes: lanes(1, 4) });
  assert.equal(children.length, 1);
  finish(children[0]);
  await turn();
  assert.deepEqual([children.length, rounds.length], [2, 1]);
  finish(rounds[0]);
  await turn();
  assert.deepEqual([children.length, rounds.length], [2, 2]);
});

test('the next round starts when the one before is ready for it, and only that one', async () => {
  const { rounds } = await startDrive({ size: 40 });
  rounds[0]?.round.ready();
  rounds[0]?.round.ready();
  await turn();
  assert.equal(rounds.length, 2);
  rounds[1]?.round.ready();
  await turn();
  assert.equal(rounds.length, 2);
  finish(rounds[0]);
  await turn();
  assert.equal(rounds.length, 3);
});

test('a round that was over before it said ready starts nothing by it', async () => {
  const { rounds } = await startDrive({ size: 40 });
  finish(rounds[0]);
  await turn();
  rounds[0]?.round.ready();
  await turn();
  assert.equal(rounds.length, 2);
});

test('work that is ready and answered on the spot is taken round after round', async () => {
  let most = 0;
  let running = 0;
  const { result } = await startDrive({
    size: 1_000,
    maxWork: 1,
    work: async (items, { ready }) => {
      running += 1;
      most = Math.max(most, running);
      ready();
      await turn();
      running -= 1;
      return done(items);
    },
  });
  assert.deepEqual((await result).outcomes, done(upTo(1_000)));
  assert.equal(most, 2);
});

test('a lane that was throttled gets its child when the wait is over', async () => {
  const { children, clock } = await startDrive({ size: 8, lanes: lanes(1, 4) });
  children[0]?.answer({ kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
  await turn();
  clock.advance(49);
  assert.equal(children.length, 1);
  clock.advance(1);
  await turn();
  assert.equal(children.length, 2);
  assert.deepEqual(givenTo(children[1]), [4, 5, 6, 7]);
});

test('what a child gives back undone is asked of another child, by the indexes of the whole batch', async () => {
  const driven = await startDrive({ size: 8, lanes: lanes(1, 4) });
  const { children, rounds } = driven;
  children[0]?.answer(
    replied([...done([4]), null, null, ...done([7])], {
      undone: [{ start: 1, end: 3, soloCrashes: 0, why: 'suspect' }],
    }),
  );
  await turn();
  assert.deepEqual(givenTo(children[1]), [5, 6]);
  finish(rounds[0]);
  finish(children[1]);
  assert.deepEqual((await driven.result).outcomes, done(upTo(8)));
});

test('the first answer for an item is the one that counts', async () => {
  const seen: [number, Outcome<unknown>][] = [];
  const { rounds, result } = await startDrive({
    size: 1,
    observe: (event) => {
      if (event.kind === 'item') seen.push([event.index, event.outcome]);
    },
  });
  rounds[0]?.round.report(0, { results: 'reported' });
  rounds[0]?.answer([{ results: 'returned' }]);
  assert.deepEqual((await result).outcomes, [{ results: 'reported' }]);
  assert.deepEqual(seen, [[0, { results: 'reported' }]]);
});

test('under collect every error stands in its place, and costs the others nothing', async () => {
  const { children, rounds, result } = await startDrive({ size: 6, lanes: lanes(1, 2) });
  const error = { name: 'ImageDecodeError', message: 'corrupt' };
  // no child ever answers: it takes as many to know that it is the function
  for (let call = 0; call < 4; call++) {
    children[call]?.answer({ kind: 'failed', error, trace: [] });
    await turn();
  }
  rounds[0]?.answer([{ results: 0 }, { error }, { results: 2 }, { results: 3 }]);
  assert.deepEqual((await result).outcomes, [
    { results: 0 },
    { error },
    { results: 2 },
    { results: 3 },
    { error },
    { error },
  ]);
});

test('a batch that is done leaves no timer and no listener behind', async () => {
  const { signal } = new AbortController();
  const driven = await startDrive({ size: 30, lanes: lanes(2, 4), signal });
  driven.children[0]?.answer({ kind: 'throttled', reason: 'rate' });
  await finishAll(driven);
  assert.equal(driven.clock.waiting(), 0);
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
});

test('an empty batch is done at once', async () => {
  const { result, clock } = await startDrive({ size: 0, lanes: lanes(1, 1) });
  assert.deepEqual((await result).outcomes, []);
  assert.equal(clock.waiting(), 0);
});

test('what a child had no time for is asked of another one; where nothing was done, that was a try', async () => {
  const driven = await startDrive({ size: 8, lanes: lanes(1, 4) });
  const { children, rounds } = driven;
  const lateFrom = (start: number, size: number) => ({
    undone: [{ start, end: size, soloCrashes: 0, why: 'late' as const }],
  });
  children[0]?.answer(replied([...done([4]), null, null, null], lateFrom(1, 4)));
  await turn();
  assert.deepEqual([givenTo(children[1]), children[1]?.request.attempt], [[5, 6, 7], 0]);
  children[1]?.answer(replied([null, null, null], lateFrom(0, 3)));
  await turn();
  assert.deepEqual([givenTo(children[2]), children[2]?.request.attempt], [[5, 6, 7], 1]);
  finish(children[2]);
  finish(rounds[0]);
  assert.deepEqual((await driven.result).outcomes, done(upTo(8)));
});
