import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../../engine/child/ports.ts';
import { each } from '../../../engine/index.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';
import { memoryTree } from '../support/memory-tree.ts';

/** A clock whose short waits are over at once, so that every marker is looked for again and again. */
const eagerClock: Clock = {
  now: Date.now,
  random: () => 0,
  at: (atMs, callback) => {
    if (atMs - Date.now() > 5_000) return () => {};
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
};

const wait = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

const treeOf = (work: Parameters<typeof each<string, string>>[0]) => {
  const store = createMemoryStore();
  return memoryTree(each(work), {
    clock: eagerClock,
    openStore: async () => store,
    shape: { maxWork: 1, maxLanes: 1, slots: 2 },
  });
};

test('children of a root that raises are told to stop', async () => {
  const started = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<unknown>();
  const { run } = treeOf(async (item, { signal }) => {
    if (item === 'fails') {
      await started.promise;
      throw new TypeError('no luck');
    }
    started.resolve();
    signal.addEventListener('abort', () => stopped.resolve(signal.reason), { once: true });
    return wait(signal);
  });
  await assert.rejects(run(['fails', 'waits']), { name: 'TypeError' });
  assert.equal(((await stopped.promise) as Error).message, 'The tree was aborted.');
});

test('a request that is delivered twice is not stopped by what stopped its first delivery', async () => {
  let delivery = 1;
  const started = Promise.withResolvers<void>();
  const { run } = treeOf(async (item, { signal, path }) => {
    if (delivery === 2) {
      // long enough for a child to look for a marker
      if (path !== '0') for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
      signal.throwIfAborted();
      return path;
    }
    if (item === 'fails') {
      await started.promise;
      throw new TypeError('no luck');
    }
    started.resolve();
    return wait(signal);
  });
  const request = ['fails', 'waits'];
  await assert.rejects(run(request), { name: 'TypeError' });
  delivery = 2;
  assert.deepEqual(await run(request), [
    { item: 'fails', results: '0' },
    { item: 'waits', results: '0.0' },
  ]);
});
