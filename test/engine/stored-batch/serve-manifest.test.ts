import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { each } from '../../../engine/index.ts';
import { ANSWER_MARGIN_MS } from '../../../engine/policy/deadline.ts';
import { ENVELOPE_KEY } from '../../../engine/protocol/envelope.ts';
import { readResults } from '../../../engine/stored-batch/batch-index.ts';
import type { ManifestSlice } from '../../../engine/stored-batch/item-source.ts';
import { partKey } from '../../../engine/stored-batch/part-key.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';
import { openStore } from '../../../platform/storage/open-store.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { manifestFile } from '../support/manifest-file.ts';
import { memoryTree } from '../support/memory-tree.ts';

const linesOf = async (store: string, batch: string): Promise<readonly unknown[]> => {
  const opened = await openStore(store);
  const index = JSON.parse(Buffer.from((await opened.get(`batches/${batch}/index.json`)) ?? []).toString());
  const lines: unknown[] = [];
  for await (const line of readResults(opened, index)) lines.push(JSON.parse(line));
  return lines;
};

test('a line that is an object or no item at all costs its neighbours nothing, and is shown as any other', async (t) => {
  const texts = Array.from({ length: 40 }, (_, index) => `s3://bucket/${index}.jpg`);
  const written: readonly unknown[] = texts.map((text, index) => {
    if (index === 17) return { image: text };
    return index === 30 ? { picture: text } : text;
  });
  const { uri, store } = await manifestFile(t, written.map((line) => JSON.stringify(line)).join('\n'));
  const { run } = memoryTree(
    each((image: string) => image.length),
    {
      itemKey: 'image',
      item: z.string(),
      label: (image) => image.toUpperCase(),
      shape: { store, allowFile: true, maxWork: 8 },
    },
  );
  const { summary } = await run({ manifest: uri, options: { onError: 'collect', resume: 'b' } });
  assert.deepEqual([summary.succeeded, summary.failed, summary.missing], [39, 1, undefined]);
  const lines = await linesOf(store, 'b');
  texts.forEach((text, index) => {
    if (index !== 30) assert.deepEqual(lines[index], { image: text.toUpperCase(), results: text.length });
  });
  assert.deepEqual(lines[30], {
    image: { picture: texts[30] },
    error: {
      name: 'InvalidRequestError',
      message: 'image: Invalid input: expected string, received an object with keys picture',
    },
  });
});

const died = { name: 'ChildInvocationError', message: 'fn crashed: Runtime.OutOfMemory' };

const numbers = (size: number) => Array.from({ length: size }, (_, index) => `${index}`);

/** A function that says its model, over a list of numbers. */
const modelTree = async (t: TestContext, { model = 'old', version = '7' } = {}) => {
  const list = await manifestFile(t, numbers(40).join('\n'));
  const treeOf = (change: { readonly model?: string; readonly version?: string } = {}) =>
    memoryTree(
      each((item: string, { identify }) => {
        identify('model', change.model ?? model);
        return Number(item) * 2;
      }),
      {
        version: change.version ?? version,
        options: { topK: z.number().optional(), size: z.number().optional() },
        shape: { store: list.store, allowFile: true, maxWork: 4 },
      },
    );
  return { ...list, treeOf };
};

const asked = (uri: string, options: Record<string, unknown> = {}) => ({
  manifest: uri,
  options: { onError: 'collect', resume: 'b', ...options },
});

test('a name is bound to the list, the options, the version and the model: anything else is refused by name', async (t) => {
  const { uri, rewrite, treeOf } = await modelTree(t);
  const { run } = treeOf();
  const first = await run(asked(uri, { topK: 3, size: 1 }));
  assert.deepEqual([first.summary.succeeded, first.summary.missing], [40, undefined]);
  // the order of options is none of theirs, and the shape of the tree changes no result
  const again = await run(asked(uri, { size: 1, topK: 3, maxWorkPerRequest: 2 }));
  assert.equal(again.summary.succeeded, 40);
  assert.equal(again.summary.invocations, 1);

  const options = { topK: 3, size: 1 };
  await assert.rejects(run(asked(uri, { topK: 5 })), {
    name: 'InvalidRequestError',
    message:
      'options.resume: expected options {"topK":5} to continue batch b, ' +
      'but that name belongs to options {"size":1,"topK":3}; choose another name',
  });
  await assert.rejects(treeOf({ version: '8' }).run(asked(uri, options)), {
    name: 'InvalidRequestError',
    message: /expected version "8" to continue batch b, but that name belongs to version "7"/,
  });
  await rewrite(numbers(40).toReversed().join('\n'));
  await assert.rejects(run(asked(uri, options)), {
    name: 'InvalidRequestError',
    message:
      /expected etag .* to continue batch b, but that name belongs to etag .*: the list has changed; choose another name/,
  });
});

test('a batch that is continued with another model is refused, and nothing of that model is written', async (t) => {
  const { uri, store, treeOf } = await modelTree(t);
  const opened = await openStore(store);
  await treeOf().run(asked(uri));
  const parts = await opened.list('batches/b/parts/');
  // as an environment that ended had left it
  const [part] = parts;
  assert.ok(part);
  await rm(new URL(`${store}/${part.key}`));
  await assert.rejects(treeOf({ model: 'new' }).run(asked(uri)), {
    name: 'VersionSkewError',
    message: /model old.*found new here/,
  });
  assert.equal((await opened.list('batches/b/parts/')).length, parts.length - 1);
  const { summary } = await treeOf().run(asked(uri));
  assert.deepEqual([summary.succeeded, summary.missing], [40, undefined]);
});

test('of two roots at once with one name and two lists one is answered, and the other refused', async (t) => {
  const { uri, treeOf, store } = await modelTree(t);
  const other = await manifestFile(t, numbers(40).toReversed().join('\n'));
  const [mine, theirs] = [treeOf(), treeOf()];
  const settled = await Promise.allSettled([mine.run(asked(uri)), theirs.run(asked(other.uri))]);
  assert.deepEqual(settled.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const lines = (await linesOf(store, 'b')) as { item: string; results: number }[];
  const won = settled[0]?.status === 'fulfilled' ? numbers(40) : numbers(40).toReversed();
  assert.deepEqual(
    lines.map(({ item, results }) => [item, results]),
    won.map((item) => [item, Number(item) * 2]),
  );
});

test('what overlapping parts have together is done, and only what none has is missing', async (t) => {
  const { uri, store, treeOf } = await modelTree(t);
  const opened = await openStore(store);
  const { run } = treeOf();
  await run(asked(uri));
  for (const { key } of await opened.list('batches/b/parts/')) await rm(new URL(`${store}/${key}`));
  // a late reply and a second child: neither has all, and both have some
  for (const [start, end] of [
    [0, 30],
    [20, 36],
  ] as const) {
    const lines = numbers(40)
      .slice(start, end)
      .map((item) => `${JSON.stringify({ item, results: Number(item) * 2 })}\n`);
    const content = Buffer.from(lines.join(''));
    const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
    await opened.put(partKey('b', { start, end, failed: 0, digest }), content);
  }
  const { summary } = await run(asked(uri));
  assert.deepEqual([summary.succeeded, summary.failed, summary.missing], [40, 0, undefined]);
  assert.equal(summary.invocations, 1, 'four items were left');
  const lines = (await linesOf(store, 'b')) as { results: number }[];
  assert.deepEqual(
    lines.map(({ results }) => results),
    numbers(40).map((item) => Number(item) * 2),
  );
});

for (const deaths of ['a child of the root', 'a child of a child'] as const) {
  test(`an item that kills ${deaths} whenever it is alone is in the index, with that error, and not missing`, async (t) => {
    const list = await manifestFile(t, numbers(80).join('\n'));
    const { run, seen } = memoryTree(
      each((item: string) => item),
      {
        shape: { store: list.store, allowFile: true, maxWork: 4 },
        fault: ({ payload }) => {
          const { path, manifest } = JSON.parse(payload)[ENVELOPE_KEY];
          const isDeep = path.split('.').length > 2;
          const has = (index: number) =>
            manifest.slices.some(
              ({ first, items }: ManifestSlice) => index >= first && index < first + items,
            );
          return has(79) && (isDeep || deaths === 'a child of the root')
            ? { kind: 'crashed', error: died }
            : undefined;
        },
      },
    );
    const { summary } = await run(asked(list.uri));
    assert.deepEqual([summary.succeeded, summary.failed, summary.missing], [79, 1, undefined]);
    const lines = await linesOf(list.store, 'b');
    assert.deepEqual(lines[79], { item: '79', error: died });
    assert.deepEqual(lines[78], { item: '78', results: '78' });

    const before = seen.length;
    await run(asked(list.uri));
    assert.equal(seen.length, before, 'nothing is left to do');
  });
}

test('what fails because the function does is missing, and done once it is mended', async (t) => {
  const list = await manifestFile(t, numbers(80).join('\n'));
  let broken = true;
  const { run } = memoryTree(
    each((item: string) => item),
    {
      shape: { store: list.store, allowFile: true, maxWork: 4 },
      fault: () => (broken ? { kind: 'broken', error: died } : undefined),
    },
  );
  const { summary } = await run(asked(list.uri));
  assert.ok(summary.missing.length > 0);
  assert.equal(summary.failed, 0);
  broken = false;
  const again = await run(asked(list.uri));
  assert.deepEqual([again.summary.succeeded, again.summary.missing], [80, undefined]);
});

test('a tolerance is of the whole batch, whatever roots have done it, and counts anew once it has failed by it', async (t) => {
  const list = await manifestFile(t, numbers(40).join('\n'));
  const remainingMs = 60_000;
  let mended = false;
  const clock = createFakeClock();
  const worked: string[] = [];
  // three of every ten fail; the first root has time for fifteen
  const { run } = memoryTree(
    each(
      (item: string) => {
        worked.push(item);
        if (worked.length === 15) clock.advance(remainingMs);
        if (Number(item) % 10 >= 7 && !mended) throw new TypeError(`no ${item}`);
        return item;
      },
      { concurrency: 1 },
    ),
    {
      clock,
      remainingMs,
      shape: { store: list.store, allowFile: true, maxLanes: 0, maxWork: 1 },
    },
  );
  const options = { toleratedFailureCount: 5 };
  const first = await run(asked(list.uri, options));
  assert.equal(first.summary.failed, 3);
  assert.ok(first.summary.missing.length > 0);
  // three were tolerated before: with three more they are too many
  await assert.rejects(run(asked(list.uri, options)), {
    name: 'FailureToleranceError',
    message: 'Expected at most 5 items to fail; 6 of 40 items have failed.',
  });
  assert.ok(worked.length < 40, 'and that ended it');

  mended = true;
  const { summary } = await run(asked(list.uri, options));
  assert.deepEqual([summary.succeeded, summary.failed, summary.missing], [34, 6, undefined]);
});

test('enough successes end a stored batch, those of earlier roots included', async (t) => {
  const list = await manifestFile(t, numbers(40).join('\n'));
  const { run } = memoryTree(
    each((item: string) => item, { concurrency: 1 }),
    { shape: { store: list.store, allowFile: true, maxLanes: 0, maxWork: 1 } },
  );
  const first = await run(asked(list.uri, { minSuccessful: 10 }));
  assert.equal(first.summary.completionReason, 'MIN_SUCCESSFUL_REACHED');
  assert.ok(first.summary.succeeded >= 10 && first.summary.succeeded < 40);
  const again = await run(asked(list.uri, { minSuccessful: 10 }));
  assert.equal(again.summary.succeeded, first.summary.succeeded, 'nothing more was wanted');
});

test('a root that does not resume lists nothing, and the parts of one batch are few', async (t) => {
  const list = await manifestFile(t, numbers(500).join('\n'));
  const store = createMemoryStore();
  let listings = 0;
  const { run, seen } = memoryTree(
    each((item: string) => item),
    {
      openStore: async () => ({ ...store, list: (prefix) => [store.list(prefix), listings++][0] as never }),
      shape: { allowFile: true, maxWork: 2 },
    },
  );
  const { results, summary } = await run(asked(list.uri));
  assert.deepEqual([summary.succeeded, summary.missing, listings], [500, undefined, 0]);
  assert.ok(seen.length > 50, `${seen.length} children`);
  assert.equal(results.parts, 1);
  await run(asked(list.uri));
  assert.equal(listings, 2, 'parts, and what the functions said of themselves');
});

test('a root answers before its deadline however slow its store is, and what is stored late is not lost', async (t) => {
  const list = await manifestFile(t, numbers(20).join('\n'));
  const clock = createFakeClock();
  const memory = createMemoryStore();
  let slow = true;
  const store = {
    ...memory,
    put: async (key: string, content: Uint8Array) => {
      if (slow) await new Promise<void>((resolve) => clock.at(clock.now() + 10_000, resolve));
      await memory.put(key, content);
    },
  };
  const worked: string[] = [];
  const { run } = memoryTree(
    each((item: string) => {
      worked.push(item);
      return item;
    }),
    {
      clock,
      remainingMs: 5_000,
      openStore: async () => store,
      shape: { allowFile: true, maxLanes: 0 },
    },
  );
  const deadlineMs = clock.now() + 5_000 - ANSWER_MARGIN_MS;
  let answeredMs = 0;
  const reply = run(asked(list.uri)).finally(() => {
    answeredMs = clock.now();
  });
  while (answeredMs === 0 && clock.now() < deadlineMs + 20_000) {
    await new Promise(setImmediate);
    if (worked.length === 20) clock.advance(100);
  }
  const { results, summary } = await reply;
  assert.ok(answeredMs <= deadlineMs, `answered ${answeredMs - deadlineMs} ms after its deadline`);
  assert.deepEqual([results.index, summary.resume], [null, 'b']);

  clock.advance(20_000);
  slow = false;
  const again = await run(asked(list.uri));
  assert.deepEqual([again.summary.succeeded, again.summary.missing, worked.length], [20, undefined, 20]);
});
