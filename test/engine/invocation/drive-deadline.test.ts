import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEVEL_MARGIN_MS } from '../../../engine/policy/deadline.ts';
import { done, finish, startDrive, turn } from '../support/driven.ts';

const lanes = [{ slots: 1, chunk: 4 }];
const START_MS = 1_000_000;

test('at the deadline what is done is answered, and the rest is pending', async () => {
  const { children, rounds, result, clock } = await startDrive({ size: 40, lanes, deadline: START_MS + 500 });
  finish(children[0]);
  await turn();
  rounds[0]?.round.report(1, { results: 'done 1' });
  clock.advance(500);
  rounds[0]?.fail(rounds[0].round.signal.reason);
  clock.advance(LEVEL_MARGIN_MS / 2);
  const { outcomes, stopped, late } = await result;
  assert.deepEqual([stopped?.name, late], ['DeadlineExceededError', true]);
  assert.deepEqual(outcomes.slice(0, 4), [undefined, { results: 'done 1' }, undefined, undefined]);
  assert.deepEqual(outcomes.slice(4, 36), Array.from({ length: 32 }));
  assert.deepEqual(outcomes.slice(36), done([36, 37, 38, 39]));
});

test('an answer that is on its way at the deadline counts, and nothing is waited for after the last', async () => {
  const { children, rounds, result, clock } = await startDrive({ size: 40, lanes, deadline: START_MS + 500 });
  clock.advance(500);
  rounds[0]?.fail(rounds[0].round.signal.reason);
  await turn();
  finish(children[0]);
  const { outcomes, late } = await result;
  assert.equal(late, true);
  assert.deepEqual(outcomes.slice(36), done([36, 37, 38, 39]));
  assert.deepEqual([children.length, rounds.length, clock.waiting()], [1, 1, 0]);
});

test('a child that does not answer after the deadline is given up, while the level above still waits', async () => {
  const { children, rounds, settled, clock } = await startDrive({
    size: 40,
    lanes,
    deadline: START_MS + 500,
  });
  clock.advance(500);
  finish(rounds[0]);
  await turn();
  assert.deepEqual([children[0]?.request.signal.aborted, settled()], [false, false]);
  clock.advance(LEVEL_MARGIN_MS - 50);
  await turn();
  assert.deepEqual([children[0]?.request.signal.aborted, settled()], [true, true]);
});

test('work that blocks past every timer costs no answer that has come in the meantime', async () => {
  const { children, rounds, result, clock } = await startDrive({ size: 40, lanes, deadline: START_MS + 500 });
  // both timers are due before the event loop turns, and the answer is read in that turn
  setImmediate(() => finish(children[0]));
  clock.advance(5_000);
  rounds[0]?.fail(rounds[0].round.signal.reason);
  assert.deepEqual((await result).outcomes.slice(36), done([36, 37, 38, 39]));
});

test('at the deadline nothing new starts, and own work is told to stop', async () => {
  const { children, rounds, clock, settled } = await startDrive({
    size: 40,
    lanes,
    deadline: START_MS + 500,
  });
  clock.advance(500);
  assert.equal(rounds[0]?.round.signal.aborted, true);
  finish(rounds[0]);
  finish(children[0]);
  await turn();
  assert.deepEqual([children.length, rounds.length, settled()], [1, 1, true]);
});

test('the message says when it should have been done', async () => {
  const { rounds, result, clock } = await startDrive({ size: 1, deadline: START_MS + 500 });
  clock.advance(500);
  finish(rounds[0]);
  assert.equal((await result).stopped?.message, 'Expected to be done by 1970-01-01T00:16:40.500Z.');
});

test('with the deadline behind it nothing is started', async () => {
  const { children, rounds, result } = await startDrive({ size: 40, lanes, deadline: START_MS });
  assert.equal((await result).stopped?.name, 'DeadlineExceededError');
  assert.deepEqual([children.length, rounds.length], [0, 0]);
});

test('work that ignores its signal is left behind, early enough for the parent to hear the rest', async () => {
  const { rounds, result, clock, settled } = await startDrive({ size: 4, deadline: START_MS + 500 });
  rounds[0]?.round.report(0, { results: 'in time' });
  clock.advance(500);
  await turn();
  assert.equal(settled(), false);
  // the parent's own deadline is one level margin later
  clock.advance(LEVEL_MARGIN_MS - 50);
  await turn();
  assert.equal(settled(), true);
  const { outcomes } = await result;
  finish(rounds[0]);
  await turn();
  assert.deepEqual(outcomes, [{ results: 'in time' }, undefined, undefined, undefined]);
  assert.equal(clock.waiting(), 0);
});
