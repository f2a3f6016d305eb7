import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { each } from '../../../engine/index.ts';
import {
  type BatchControl,
  readControl,
  writeCancelled,
  writeSlots,
} from '../../../engine/stored-batch/control.ts';
import { openStore } from '../../../platform/storage/index.ts';
import { manifestFile } from '../support/manifest-file.ts';
import { memoryTree } from '../support/memory-tree.ts';

/** The second between two looks passes in no time, and nothing else is ever due. */
const eagerClock = {
  now: () => Date.now(),
  random: () => 0,
  at: (atMs: number, callback: () => void) => {
    if (atMs > Date.now() + 1_000) return () => {};
    const soon = setImmediate(callback);
    return () => clearImmediate(soon);
  },
};

const ITEMS = 40;

/** A batch whose items from 10 on wait, until somebody says something of it. */
const waitingBatch = async (t: TestContext) => {
  const { uri, store: url } = await manifestFile(
    t,
    Array.from({ length: ITEMS }, (_, index) => index).join('\n'),
  );
  const store = await openStore(url);
  let says: BatchControl | undefined;
  const tree = memoryTree(
    each(async (item: string, { signal }) => {
      if (Number(item) < 10 || !says) return Number(item);
      if (says.cancelled) await writeCancelled(store, 'b', true);
      else await writeSlots(store, 'b', says.slots);
      if (!signal.aborted) await once(signal, 'abort');
      throw signal.reason;
    }),
    // never its deadline, however slow the machine is
    {
      shape: { store: url, allowFile: true, maxWork: 4, slots: 6 },
      clock: eagerClock,
      remainingMs: 900_000,
    },
  );
  const run = () => tree.run({ manifest: uri, options: { onError: 'collect', resume: 'b' } });
  return {
    tree,
    run,
    runUntil: async (control: BatchControl) => {
      says = control;
      const reply = await run();
      says = undefined;
      // children hear it after the root, and until then go on calling theirs
      await tree.idle();
      return reply;
    },
  };
};

const sizeOf = (missing: readonly { readonly start: number; readonly end: number }[]) =>
  missing.reduce((sum, { start, end }) => sum + end - start, 0);

test('a batch that is cancelled ends before its deadline, its children too, and what was done stays done', async (t) => {
  const { runUntil, run } = await waitingBatch(t);
  const { summary } = await runUntil({ cancelled: true });
  assert.equal(summary.failed, 0);
  assert.ok(sizeOf(summary.missing) >= 25, JSON.stringify(summary));
  assert.equal(summary.succeeded + sizeOf(summary.missing), ITEMS);
  // whoever sends it again while it is cancelled is told the same
  const again = await run();
  assert.ok(again.summary.succeeded >= summary.succeeded);
});

test('a batch that may have fewer slots ends early, and has no more than those from its next run on', async (t) => {
  const { tree, runUntil, run } = await waitingBatch(t);
  const { summary } = await runUntil({ slots: 1 });
  assert.ok(summary.missing.length > 0);
  assert.ok(tree.peak() > 1);
  const calls = tree.seen.length;
  const rest = await run();
  assert.deepEqual([rest.summary.succeeded, rest.summary.missing], [ITEMS, undefined]);
  assert.equal(tree.seen.length, calls, 'one slot is the root itself');
});

test('a batch that is cancelled while its slots are changed is cancelled, and has those slots', async (t) => {
  const { store: url } = await manifestFile(t, '0\n');
  const store = await openStore(url);
  await Promise.all([writeSlots(store, 'b', 3), writeCancelled(store, 'b', true), writeSlots(store, 'b', 3)]);
  assert.deepEqual(await readControl(store, 'b'), { slots: 3, cancelled: true });
  await writeCancelled(store, 'b', false);
  assert.deepEqual(await readControl(store, 'b'), { slots: 3 });
});
