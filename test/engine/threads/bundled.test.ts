import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { requireShim } from '../../../infra/bundle/require-shim.ts';

test('in one bundled and minified file, threads work for their handlers as before', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-threads-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'handler.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../handlers/threaded.ts', import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    banner: { js: requireShim },
    logLevel: 'silent',
  });
  const { handler, other } = await import(pathToFileURL(outfile).href);
  const context = { awsRequestId: 'r', functionVersion: '1', getRemainingTimeInMillis: () => 60_000 };
  const { results } = await handler({ items: [{}, {}, {}], options: { receipts: true } }, context);
  for (const { receipt } of results) assert.ok(receipt.threadId > 0, 'in a thread');
  assert.deepEqual(
    await other([1, 2], context),
    [1, 2].map((item) => ({ item, results: 'the other' })),
  );
});
