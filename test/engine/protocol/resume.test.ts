import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { each } from '../../../engine/index.ts';
import { rangesWhere } from '../../../engine/policy/cover.ts';
import { readResumeToken, writeResumeToken } from '../../../engine/protocol/resume.ts';
import { InvalidRequestError } from '../../../platform/errors.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { memoryTree } from '../support/memory-tree.ts';

const tokenOf = (items: readonly unknown[], todo = [{ start: 0, end: 1 }]): string =>
  writeResumeToken(items, todo) ?? assert.fail('expected a token');
const encoded = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');
const decoded = (token: string) => JSON.parse(Buffer.from(token, 'base64url').toString());

test('a token leaves to do of the same items what it was written for', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.jsonValue(), fc.boolean()), { minLength: 1 }), (drawn) => {
      const items = drawn.map(([item]) => item);
      const todo = rangesWhere(items.length, (index) => drawn[index]?.[1] === true);
      const token = writeResumeToken(items, todo);
      if (token === undefined) return assert.equal(todo.length, 0);
      return assert.deepEqual(readResumeToken(token, items), todo);
    }),
  );
});

test('a batch of which nothing is left has no token', () => {
  assert.equal(writeResumeToken(['a'], []), undefined);
});

test('a token is told apart from one of another batch: more items, fewer, others, or in another order', () => {
  const token = tokenOf(['a', 'b']);
  for (const items of [['a', 'b', 'c'], ['a'], ['a', 'c'], ['b', 'a'], []]) {
    assert.throws(() => readResumeToken(token, items), {
      name: 'InvalidRequestError',
      message: `options.resume: expected the batch of 2 items that the token was given for, received another one of ${items.length}`,
    });
  }
});

test('ranges that are not sound are refused, whatever the digest says', () => {
  const items = ['a', 'b', 'c', 'd'];
  const token = decoded(tokenOf(items));
  const unsound = [
    [
      [2, 3],
      [0, 1],
    ],
    [
      [0, 2],
      [1, 3],
    ],
    [[1, 1]],
    [[2, 1]],
    [[0, 5]],
  ];
  for (const todo of unsound) {
    assert.throws(() => readResumeToken(encoded({ ...token, todo }), items), InvalidRequestError);
  }
});

test('rubbish is no token, and said to be none', () => {
  const rubbish = fc.oneof(fc.string(), fc.jsonValue().map(encoded), fc.base64String());
  fc.assert(
    fc.property(rubbish, (token) => {
      assert.throws(() => readResumeToken(token, ['a']), {
        name: 'InvalidRequestError',
        message: 'options.resume: expected the token of a summary, received something else',
      });
    }),
  );
  assert.throws(() => readResumeToken(tokenOf(['a']).slice(0, -4), ['a']), InvalidRequestError);
});

test('a batch that was stopped by its deadline is continued: what was done is not done again', async () => {
  const worked: number[] = [];
  let slow = true;
  const clock = createFakeClock();
  const work = each((item: number, { signal }) => {
    worked.push(item);
    if (!slow || item < 3) return item;
    clock.advance(59_500);
    throw signal.reason;
  });
  const { run } = memoryTree(work, { item: z.number(), shape: { maxWork: 5 }, clock });
  const items = [0, 1, 2, 3, 4];
  const first = await run({ items, options: { onError: 'collect' } });
  assert.deepEqual([first.summary.succeeded, first.summary.failed], [3, 2]);

  slow = false;
  worked.length = 0;
  const options = { onError: 'collect', resume: first.summary.resume };
  const rest = await run({ items, options });
  assert.deepEqual(rest.results, [
    { item: 3, index: 3, results: 3 },
    { item: 4, index: 4, results: 4 },
  ]);
  assert.equal(rest.summary.resume, undefined);
  assert.deepEqual(worked, [3, 4]);
  await assert.rejects(run({ items: [9, ...items], options }), { name: 'InvalidRequestError' });
});
