import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { indexOf, listParts, readResults, writeIndex } from '../../../engine/stored-batch/batch-index.ts';
import { indexKey, partKey, partsPrefix } from '../../../engine/stored-batch/part-key.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';
import type { ObjectStore } from '../../../platform/storage/object-store.ts';

/** Writes a part whose lines name their items, and who wrote them. */
const put = async (store: ObjectStore, start: number, end: number, { failed = 0, by = 'first' } = {}) => {
  const lines = Array.from({ length: end - start }, (_, at) =>
    at < failed
      ? `{"item":${start + at},"by":"${by}","error":{}}\n`
      : `{"item":${start + at},"by":"${by}"}\n`,
  );
  const content = Buffer.from(lines.join(''));
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
  await store.put(partKey('b', { start, end, failed, digest }), content);
};

const all = async (lines: AsyncIterable<string>): Promise<readonly string[]> => {
  const read: string[] = [];
  for await (const line of lines) read.push(line);
  return read;
};

const spans = (ranges: readonly { start: number; end: number }[]) =>
  ranges.map(({ start, end }) => [start, end]);

/** As a root makes it that knows of no part but by listing them. */
const indexed = async (store: ObjectStore, items: number) =>
  indexOf(store, 'b', items, await listParts(store, 'b'));

const textsOf = async (store: ObjectStore, items: number) =>
  all(readResults(store, await indexed(store, items)));

test('a batch is whole when its parts are, in whatever order they were written', async () => {
  const store = createMemoryStore();
  for (const [start, end] of [
    [6, 9],
    [0, 2],
    [2, 6],
  ] as const)
    await put(store, start, end, { failed: 1 });
  const index = await indexed(store, 9);
  assert.deepEqual(spans(index.parts), [
    [0, 2],
    [2, 6],
    [6, 9],
  ]);
  assert.deepEqual([index.items, index.succeeded, index.failed, index.missing], [9, 6, 3, []]);
  assert.equal(await writeIndex(store, index), indexKey('b', true));
  const stored = await store.get(indexKey('b', true));
  assert.deepEqual(JSON.parse(Buffer.from(stored ?? []).toString()), JSON.parse(JSON.stringify(index)));
});

test('results are read one line an item, in the order of the items', async () => {
  const store = createMemoryStore();
  for (const [start, end] of [
    [6, 9],
    [0, 2],
    [2, 6],
  ] as const)
    await put(store, start, end);
  const items = (await textsOf(store, 9)).map((line) => JSON.parse(line).item);
  assert.deepEqual(items, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('what was done twice counts once, and of parts that overlap only partly nothing is lost', async () => {
  const store = createMemoryStore();
  await put(store, 0, 2, { by: 'short', failed: 2 });
  await put(store, 0, 4, { by: 'long' });
  // of its three that failed two are somebody else's by now
  await put(store, 2, 6, { by: 'late', failed: 3 });
  const index = await indexed(store, 6);
  assert.deepEqual(
    index.parts.map(({ start, end, skip }) => [start, end, skip]),
    [
      [0, 4, undefined],
      [4, 6, 2],
    ],
  );
  assert.deepEqual([index.succeeded, index.failed, index.missing], [5, 1, []]);
  const lines = (await textsOf(store, 6)).map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ item, by }) => [item, by]),
    [
      [0, 'long'],
      [1, 'long'],
      [2, 'long'],
      [3, 'long'],
      [4, 'late'],
      [5, 'late'],
    ],
  );
});

test('an index that is not whole never takes the place of one that is', async () => {
  const store = createMemoryStore();
  await put(store, 0, 2);
  const late = await indexed(store, 4);
  await put(store, 2, 4);
  await writeIndex(store, await indexed(store, 4));
  assert.equal(await writeIndex(store, late), indexKey('b', false));
  const whole = JSON.parse(Buffer.from((await store.get(indexKey('b', true))) ?? []).toString());
  assert.deepEqual([whole.succeeded, whole.missing], [4, []]);
});

test('what no part has is missing, and is not counted as done', async () => {
  const store = createMemoryStore();
  await put(store, 2, 4, { failed: 1 });
  await put(store, 7, 8);
  const { missing, succeeded, failed } = await indexed(store, 10);
  assert.deepEqual(spans(missing), [
    [0, 2],
    [4, 7],
    [8, 10],
  ]);
  assert.deepEqual([succeeded, failed], [2, 1]);
  assert.deepEqual((await indexed(createMemoryStore(), 3)).missing, [{ start: 0, end: 3 }]);
});

test('only parts of the batch itself count, and nothing else that lies beside them', async () => {
  const store = createMemoryStore();
  await put(store, 0, 1);
  await store.put(partsPrefix('b').concat('notes.txt'), Buffer.from(''));
  await store.put(partKey('b2', { start: 1, end: 2, failed: 0, digest: '0'.repeat(16) }), Buffer.from(''));
  assert.deepEqual(spans(await listParts(store, 'b')), [[0, 1]]);
});

test('a part that is gone is told by its place', async () => {
  const store = createMemoryStore();
  await put(store, 0, 1);
  const index = await indexed(store, 1);
  await assert.rejects(all(readResults(createMemoryStore(), index)), {
    message:
      /^Expected a part at .*batches\/b\/parts\/000000000000-000000000001-0-[0-9a-f]{16}\.ndjson, found none/,
  });
});
