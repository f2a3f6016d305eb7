import assert from 'node:assert/strict';
import { test } from 'node:test';
import { each } from '../../../engine/index.ts';
import { memoryTree } from '../support/memory-tree.ts';

/** A reader of lines, for a handler's context. */
const reader = () => {
  const gone = new AbortController();
  let text = '';
  return {
    leave: () => gone.abort(new Error('gone')),
    lines: {
      signal: gone.signal,
      write: async (piece: string) => {
        text += piece;
      },
    },
    // biome-ignore lint/suspicious/noExplicitAny: what a handler wrote, for assertions
    values: (): any[] =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
  };
};

const failing = async (item: number) => {
  if (item === 4) throw Object.assign(new Error('odd'), { name: 'OddError' });
  return item * 10;
};

test('every item has its line, in order, and the summary is the last', async () => {
  const tree = memoryTree(each(failing));
  const { lines, values } = reader();
  const items = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const reply = await tree.handler({ items, options: { onError: 'collect' } }, { ...tree.context, lines });
  assert.equal(reply, undefined);
  const last = values().pop();
  assert.deepEqual(
    values().slice(0, -1),
    items.map((item, index) => ({
      item,
      index,
      ...(item === 4 ? { error: { name: 'OddError', message: 'odd' } } : { results: item * 10 }),
    })),
  );
  const { items: count, succeeded, failed, invocations, rootRequestId } = last.summary;
  assert.deepEqual(
    { count, succeeded, failed, rootRequestId },
    { count: 9, succeeded: 8, failed: 1, rootRequestId: 'request' },
  );
  assert.equal(invocations, 1 + tree.seen.length);
});

test('a streamed batch says of itself what the same batch says answered whole', async () => {
  const tree = memoryTree(each(failing));
  const { lines, values } = reader();
  const request = { items: [0, 'no number', 2, 4], options: { onError: 'collect', receipts: true } };
  await tree.handler(request, { ...tree.context, lines });
  const { results, summary } = await memoryTree(each(failing)).run(request);
  const streamed = values().pop().summary;
  assert.deepEqual(Object.keys(streamed), Object.keys(summary));
  for (const key of ['items', 'succeeded', 'failed', 'invocations', 'version', 'rootRequestId']) {
    assert.equal(streamed[key], summary[key], key);
  }
  assert.equal(values().length, results.length + 1);
});

test('under raise the last line is the first error, with the index of its item, and nothing follows it', async () => {
  const tree = memoryTree(each(failing), { shape: { maxWork: 10 } });
  const { lines, values } = reader();
  await tree.handler([0, 1, 4, 3], { ...tree.context, lines });
  const last = values().pop();
  assert.deepEqual(last, { error: { name: 'OddError', message: 'odd', index: 2 }, rootRequestId: 'request' });
  assert.deepEqual(
    values()
      .slice(0, -1)
      .map(({ index }) => index),
    [0, 1].slice(0, values().length - 1),
  );
});

test('what stops a batch before its first line is thrown', async () => {
  const tree = memoryTree(each(failing), { shape: { maxWork: 10 } });
  const { lines, values } = reader();
  await assert.rejects(async () => tree.handler([4, 1], { ...tree.context, lines }), { name: 'OddError' });
  assert.deepEqual(values(), []);
});

test('a resumed batch has lines for what was left, each with its index in the batch', async () => {
  const items = [0, 1, 2, 3, 5, 6];
  const enough = memoryTree(each(failing), { shape: { maxWork: 1, maxLanes: 0 } });
  const first = await enough.run({ items, options: { onError: 'collect', minSuccessful: 2 } });
  const left = first.results.flatMap((result: object, index: number) => ('error' in result ? [index] : []));
  assert.ok(left.length > 0);
  const { lines, values } = reader();
  const tree = memoryTree(each(failing));
  const options = { onError: 'collect', resume: first.summary.resume };
  await tree.handler({ items, options }, { ...tree.context, lines });
  assert.deepEqual(
    values()
      .slice(0, -1)
      .map(({ index }) => index),
    left,
  );
  assert.equal(values().pop().summary.items, left.length);
});

test('a caller who goes away ends the batch: no further call is made, and own work is told', async () => {
  const { lines, leave, values } = reader();
  const { promise: working, resolve } = Promise.withResolvers<void>();
  const tree = memoryTree(
    each(async (item: number, { signal }) => {
      if (item === 0) return item;
      resolve();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }),
    { shape: { maxWork: 2, maxLanes: 1, slots: 2 } },
  );
  const items = Array.from({ length: 20 }, (_, index) => index);
  const ended = tree.handler({ items, options: { onError: 'collect' } }, { ...tree.context, lines });
  await working;
  const calls = tree.seen.length;
  leave();
  await ended;
  assert.equal(tree.seen.length, calls);
  assert.deepEqual(values()[0], { item: 0, index: 0, results: 0 });
});

test('results larger than a reply together need no store', async () => {
  const size = 1_000_000;
  const tree = memoryTree(
    each(async () => 'x'.repeat(size)),
    { shape: { maxWork: 10 } },
  );
  const { lines, values } = reader();
  await tree.handler([1, 2, 3, 4, 5, 6, 7], { ...tree.context, lines });
  assert.ok(
    values()
      .slice(0, 7)
      .every(({ results }) => results.length === size),
  );
  assert.equal(values()[7].summary.succeeded, 7);
});

test('lines that are asked for of a function without streams are refused', async () => {
  const tree = memoryTree(each(failing));
  await assert.rejects(
    tree.run({ items: [1], options: { stream: true } }),
    /options\.stream: expected of a function that streams \(its handler in withStreaming, and STREAMING=true/,
  );
});
