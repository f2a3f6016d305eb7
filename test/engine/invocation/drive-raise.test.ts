import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { ImageDecodeError } from '../../../platform/errors.ts';
import { done, finish, startDrive, turn } from '../support/driven.ts';

const lanes = (count: number, chunk: number) => Array.from({ length: count }, () => ({ slots: 1, chunk }));
const corrupt = { name: 'ImageDecodeError', message: 'Expected a whole JPEG, received half of one' };
const other = { name: 'ImageFetchError', message: 'Expected 200, received 404' };

test('the first error of a child is raised with its own name and message, later ones are not', async () => {
  const { children, rounds, result } = await startDrive({ size: 12, lanes: lanes(2, 4), onError: 'raise' });
  children[1]?.answer({ kind: 'failed', error: corrupt, trace: [] });
  await turn();
  children[0]?.answer({ kind: 'failed', error: other, trace: [] });
  rounds[0]?.fail(new TypeError('too late'));
  const { stopped } = await result;
  assert.ok(stopped instanceof ImageDecodeError);
  assert.equal(stopped.message, corrupt.message);
});

test('the first error of an own item is raised as soon as it is reported', async () => {
  const { children, rounds, result } = await startDrive({ size: 12, lanes: lanes(2, 4), onError: 'raise' });
  rounds[0]?.round.report(2, { error: corrupt });
  assert.ok(children.every(({ request }) => request.signal.aborted));
  finish(rounds[0]);
  assert.equal((await result).stopped?.name, 'ImageDecodeError');
});

test('an error outside the family keeps its name', async () => {
  const { children, rounds, result } = await startDrive({ size: 8, lanes: lanes(1, 4), onError: 'raise' });
  children[0]?.answer({ kind: 'failed', error: { name: 'QuotaError', message: 'no more' }, trace: [] });
  await turn();
  finish(rounds[0]);
  const { stopped } = await result;
  assert.deepEqual([stopped?.name, stopped?.message], ['QuotaError', 'no more']);
});

test('after the first error everything under way is told to stop, and has settled before the end', async () => {
  let letChildGo = () => {};
  const { children, rounds, settled } = await startDrive({
    size: 8,
    lanes: lanes(1, 4),
    onError: 'raise',
    callChild: ({ signal, sent }) =>
      new Promise((resolve) => {
        sent?.();
        letChildGo = () => resolve({ kind: signal.aborted ? 'aborted' : 'throttled', reason: '' });
      }),
  });
  assert.equal(children.length, 0);
  rounds[0]?.round.report(0, { error: corrupt });
  finish(rounds[0]);
  await turn();
  assert.equal(settled(), false, 'a child is still out');
  letChildGo();
  await turn();
  assert.equal(settled(), true);
});

test('own work is waited for too', async () => {
  const { children, rounds, settled } = await startDrive({ size: 8, lanes: lanes(1, 4), onError: 'raise' });
  children[0]?.answer({ kind: 'failed', error: corrupt, trace: [] });
  await turn();
  assert.equal(rounds[0]?.round.signal.aborted, true);
  assert.equal(settled(), false);
  finish(rounds[0]);
  await turn();
  assert.equal(settled(), true);
});

test('after the first error no round and no child is started', async () => {
  const { children, rounds, result } = await startDrive({ size: 40, lanes: lanes(1, 1), onError: 'raise' });
  finish(children[0]);
  await turn();
  // this item crashes its second child: the policy names it and, in the same breath, has more to give out
  children[1]?.answer({ kind: 'crashed', error: other });
  await turn();
  children[2]?.answer({ kind: 'crashed', error: other });
  await turn();
  assert.equal(children.length, 3);
  finish(rounds[0]);
  assert.equal((await result).stopped?.name, 'ImageFetchError');
  assert.equal(rounds.length, 1);
});

test('an error reported on the spot aborts the calls that were just made, and no other is made', async () => {
  const signals: AbortSignal[] = [];
  const { result } = await startDrive({
    size: 8,
    lanes: lanes(2, 2),
    onError: 'raise',
    work: async (items, { report }) => {
      report(0, { error: corrupt });
      return done(items);
    },
    callChild: ({ signal, sent }) =>
      new Promise((resolve) => {
        sent?.();
        signals.push(signal);
        signal.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true });
      }),
  });
  assert.equal((await result).stopped?.name, 'ImageDecodeError');
  // the items of a round are read first, so its first report comes after the lanes have begun
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true],
  );
});

test('the abort of the caller stops everything, with its reason', async () => {
  const controller = new AbortController();
  const reason = new Error('the user pressed Ctrl-C');
  const { children, rounds, result, clock } = await startDrive({
    size: 40,
    lanes: lanes(2, 4),
    signal: controller.signal,
  });
  controller.abort(reason);
  assert.ok(children.every(({ request }) => request.signal.reason === reason));
  finish(rounds[0]);
  const { stopped, outcomes } = await result;
  assert.equal(stopped, reason);
  assert.deepEqual(outcomes.slice(0, 5), [...done([0, 1, 2, 3]), undefined]);
  assert.equal(clock.waiting(), 0);
  assert.deepEqual(getEventListeners(controller.signal, 'abort'), []);
});

test('a caller who has gone before the start gets nothing started', async () => {
  const signal = AbortSignal.abort(new Error('gone'));
  const { children, rounds, result } = await startDrive({ size: 40, lanes: lanes(2, 4), signal });
  assert.equal((await result).stopped?.message, 'gone');
  assert.deepEqual([children.length, rounds.length], [0, 0]);
});

test('an abort with something that is no error is still told as one', async () => {
  for (const reason of ['enough', null, 0]) {
    const controller = new AbortController();
    const { rounds, result } = await startDrive({ size: 4, signal: controller.signal });
    controller.abort(reason);
    finish(rounds[0]);
    const { stopped } = await result;
    assert.ok(stopped instanceof Error, `received ${stopped}`);
    assert.equal(stopped.message, String(reason));
  }
});
