import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replied, startDrive, turn } from '../support/driven.ts';

const lanes = [{ slots: 1, chunk: 4 }];

test('own work waits until the calls before it have left, and no longer than a quarter of a second', async () => {
  let leave = () => {};
  const { clock, rounds } = await startDrive({
    size: 8,
    lanes,
    callChild: ({ sent }) =>
      new Promise(() => {
        leave = () => sent?.();
      }),
  });
  assert.equal(rounds.length, 0, 'the call is still on its way');
  leave();
  await turn();
  assert.equal(rounds.length, 1);
  assert.ok(clock.waiting() > 0);

  const other = await startDrive({ size: 8, lanes, callChild: () => new Promise(() => {}) });
  other.clock.advance(249);
  await turn();
  assert.equal(other.rounds.length, 0);
  other.clock.advance(1);
  await turn();
  assert.equal(other.rounds.length, 1);
});

test('a batch is over when every item has an outcome: what still runs is aborted, and nothing waits for it', async () => {
  const { rounds, result } = await startDrive({ size: 2 });
  const [open] = rounds;
  open?.round.report(0, { results: 'a' });
  open?.round.report(1, { results: 'b' });
  // the work function itself never returns
  const { outcomes, stopped } = await result;
  assert.deepEqual([outcomes, stopped], [[{ results: 'a' }, { results: 'b' }], undefined]);
  assert.equal(open?.round.signal.aborted, true);
});

const error = { name: 'ImageDecodeError', message: 'corrupt' };

test('more failures than are tolerated stop the batch, whoever met them', async () => {
  const { children, rounds, result } = await startDrive({
    size: 8,
    lanes,
    tolerance: { toleratedFailureCount: 2 },
    before: { succeeded: 0, failed: 1 },
  });
  rounds[0]?.round.report(0, { error });
  await turn();
  assert.equal(children[0]?.request.signal.aborted, false);
  children[0]?.answer(replied([{ error }, { results: 1 }, { results: 2 }, { results: 3 }]));
  await turn();
  rounds[0]?.answer([]);
  const { stopped } = await result;
  assert.equal(stopped?.name, 'FailureToleranceError');
  assert.equal(stopped.message, 'Expected at most 2 items to fail; 3 of 9 items have failed.');
});

test('as many successes as are asked for end the batch, and what still runs is told to stop', async () => {
  const { children, rounds, result } = await startDrive({
    size: 8,
    lanes,
    tolerance: { minSuccessful: 2 },
  });
  rounds[0]?.round.report(1, { results: 1 });
  rounds[0]?.round.report(3, { results: 3 });
  assert.equal(children[0]?.request.signal.aborted, true);
  rounds[0]?.answer([]);
  const { enough, stopped, outcomes } = await result;
  assert.deepEqual([enough, stopped], [true, undefined]);
  assert.deepEqual(outcomes.filter((outcome) => outcome).length, 2);
});

test('where no call can be made at all the batch ends with that, once', async () => {
  let calls = 0;
  const { rounds, result } = await startDrive({
    size: 40,
    lanes,
    callChild: async () => {
      calls += 1;
      throw Object.assign(new Error('Expected a region'), { name: 'ConfigurationError' });
    },
  });
  rounds[0]?.answer([]);
  assert.equal((await result).stopped?.name, 'ConfigurationError');
  assert.equal(calls, 1);
});
