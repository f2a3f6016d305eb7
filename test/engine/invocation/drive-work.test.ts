import assert from 'node:assert/strict';
import { test } from 'node:test';
import { done, finish, startDrive, turn } from '../support/driven.ts';

const lanes = [{ slots: 1, chunk: 4 }];

test('what the work function throws is the answer for each item it did not report', async () => {
  const { rounds, result } = await startDrive({ size: 3 });
  rounds[0]?.round.report(1, { results: 'reported' });
  rounds[0]?.fail(new RangeError('no model'));
  const error = { name: 'RangeError', message: 'no model' };
  assert.deepEqual((await result).outcomes, [{ error }, { results: 'reported' }, { error }]);
});

test('a work function that throws before it promises anything is answered the same way', async () => {
  const { result } = await startDrive({
    size: 1,
    work: () => {
      throw new RangeError('at once');
    },
  });
  assert.deepEqual((await result).outcomes, [{ error: { name: 'RangeError', message: 'at once' } }]);
});

for (const [title, received] of [
  ['too few', 3],
  ['too many', 5],
] as const) {
  test(`${title} outcomes answer no item, for nobody knows whose they are`, async () => {
    const { rounds, children, result } = await startDrive({ size: 8, lanes });
    rounds[0]?.round.report(1, { results: 'reported' });
    rounds[0]?.answer(done(Array.from({ length: received }, () => 'whose')));
    await turn();
    finish(children[0]);
    const message = `Expected 4 outcomes of the work function, received ${received}.`;
    const error = { name: 'Error', message };
    const { outcomes } = await result;
    assert.deepEqual(outcomes.slice(0, 4), [{ error }, { results: 'reported' }, { error }, { error }]);
    assert.deepEqual(outcomes.slice(4), done([4, 5, 6, 7]));
  });
}

test('a report for an item that is not in the round answers nobody', async () => {
  const { rounds, children, result } = await startDrive({ size: 8, lanes });
  for (const index of [-1, 4, 100, 0.5]) rounds[0]?.round.report(index, { results: 'stray' });
  finish(rounds[0]);
  await turn();
  finish(children[0]);
  assert.deepEqual((await result).outcomes, done([0, 1, 2, 3, 4, 5, 6, 7]));
});

test('an observer that throws stops the batch with its error', async () => {
  for (const onError of ['raise', 'collect'] as const) {
    const { rounds, children, result } = await startDrive({
      size: 8,
      lanes,
      onError,
      observe: ({ kind }) => {
        if (kind !== 'round') throw new RangeError('full disk');
      },
    });
    finish(children[0]);
    await turn();
    finish(rounds[0]);
    assert.equal((await result).stopped?.message, 'full disk');
  }
});

test('an observer that throws when a round begins stops the batch before any work', async () => {
  const { rounds, result } = await startDrive({
    size: 8,
    observe: () => {
      throw new RangeError('full disk');
    },
  });
  assert.equal((await result).stopped?.message, 'full disk');
  assert.equal(rounds.length, 0);
});

test('what is stopped while the items of a round are read begins no work', async () => {
  const controller = new AbortController();
  const { rounds, result } = await startDrive({
    size: 8,
    lanes,
    signal: controller.signal,
    callChild: async () => {
      controller.abort(new Error('gone'));
      return { kind: 'aborted' };
    },
  });
  assert.equal((await result).stopped?.message, 'gone');
  assert.equal(rounds.length, 0);
});
