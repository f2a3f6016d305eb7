import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { each } from '../../../engine/index.ts';
import { readResults } from '../../../engine/stored-batch/batch-index.ts';
import { openStore } from '../../../platform/storage/open-store.ts';
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
