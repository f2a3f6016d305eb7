import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { listParts, readResults, writeIndex } from '../../../engine/stored-batch/batch-index.ts';
import { indexKey, partKey, partsPrefix } from '../../../engine/stored-batch/part-key.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';
import type { ObjectStore } from '../../../platform/storage/object-store.ts';

/** Writes a part whose lines name their items, and who wrote them. */
const put = async (store: ObjectStore, start: number, end: number, { failed = 0, by = 'first' } = {}) => {
  const lines = Array.from({ length: end - start }, (_, at) => `{"item":${start + at},"by":"${by}"}\n`);
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

const textsOf = async (store: ObjectStore, items: number) =>
  all(readResults(store, await writeIndex(store, 'b', items)));

test('a batch is whole when its parts are, in whatever order they were written', async () => {
  const store = createMemoryStore();
  for (const [start, end] of [
    [6, 9],
    [0, 2],
    [2, 6],
  ] as const)
    await put(store, start, end, { failed: 1 });
  const index = await writeIndex(store, 'b', 9);
  assert.deepEqual(spans(index.parts), [
    [0, 2],
    [2, 6],
    [6, 9],
  ]);
  assert.deepEqual([index.items, index.succeeded, index.failed, index.missing], [9, 6, 3, []]);
  const stored = await store.get(indexKey('b'));
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

test('what was done twice counts once, by the part that has more', async () => {
  const store = createMemoryStore();
  await put(store, 0, 2, { by: 'short', failed: 2 });
  await put(store, 0, 4, { by: 'long' });
  await put(store, 2, 6, { by: 'late', failed: 3 });
  await put(store, 4, 6, { by: 'rest', failed: 1 });
  const index = await writeIndex(store, 'b', 6);
  assert.deepEqual(spans(index.parts), [
    [0, 4],
    [4, 6],
  ]);
  assert.deepEqual([index.succeeded, index.failed], [5, 1]);
  const by = (await textsOf(store, 6)).map((line) => JSON.parse(line).by);
  assert.deepEqual(by, ['long', 'long', 'long', 'long', 'rest', 'rest']);
});

test('what no part has is missing, and is not counted as done', async () => {
  const store = createMemoryStore();
  await put(store, 2, 4, { failed: 1 });
  await put(store, 7, 8);
  const { missing, succeeded, failed } = await writeIndex(store, 'b', 10);
  assert.deepEqual(spans(missing), [
    [0, 2],
    [4, 7],
    [8, 10],
  ]);
  assert.deepEqual([succeeded, failed], [2, 1]);
  assert.deepEqual((await writeIndex(createMemoryStore(), 'b', 3)).missing, [{ start: 0, end: 3 }]);
});

test('only parts of the batch itself count, and nothing else that lies beside them', async () => {
  const store = createMemoryStore();
  await put(store, 0, 1);
  await store.put(partsPrefix('b').concat('notes.txt'), Buffer.from(''));
  await store.put(partKey('b2', { start: 1, end: 2, failed: 0, digest: '0'.repeat(16) }), Buffer.from(''));
  await writeIndex(store, 'b', 1);
  assert.deepEqual(spans(await listParts(store, 'b')), [[0, 1]]);
});

test('a part that is gone is told by its place', async () => {
  const store = createMemoryStore();
  await put(store, 0, 1);
  const index = await writeIndex(store, 'b', 1);
  await assert.rejects(all(readResults(createMemoryStore(), index)), {
    message:
      /^Expected a part at .*batches\/b\/parts\/000000000000-000000000001-0-[0-9a-f]{16}\.ndjson, found none/,
  });
});
