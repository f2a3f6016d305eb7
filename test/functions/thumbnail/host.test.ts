import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runBatch } from '../../../client/batch.ts';
import type { Thumbnail } from '../../../functions/thumbnail/thumbnail.ts';
import { startLocalHost } from '../../../local/index.ts';

const samples = new URL('../../../examples/pictures/', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'droste-thumbnails-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a tree of invocations makes the thumbnails of a batch, in its order', async (t) => {
  const host = await startLocalHost({
    concurrency: 2,
    functions: [
      {
        name: 'thumbnail',
        module: new URL('../../../functions/thumbnail/handler.ts', import.meta.url).href,
        environment: { FUNCTION_ALIAS: 'live', ALLOW_FILE: 'true', OUTPUT: pathToFileURL(folder).href },
      },
    ],
  });
  t.after(host.close);
  const names = readdirSync(samples).filter((name) => /\.(jpg|png|webp|avif)$/.test(name));
  const { outcomes, stopped, summary } = await runBatch({
    functionName: 'thumbnail',
    items: names.map((name) => new URL(name, samples).href),
    options: { sizes: [64, { width: 20, height: 20 }], fit: 'cover', format: 'webp' },
    shape: { maxWork: 3, maxLanes: 2, slots: 2 },
    connection: host.connection,
  });
  assert.equal(stopped, undefined);
  assert.ok(summary.invocations > 4);
  for (const [index, outcome] of outcomes.entries()) {
    assert.ok(outcome && 'results' in outcome);
    const { thumbnails } = outcome.results as { thumbnails: readonly Thumbnail[] };
    assert.deepEqual(
      thumbnails.map(({ width, height }) => [width, height]),
      [
        [64, 64],
        [20, 20],
      ],
    );
    for (const { uri, bytes } of thumbnails) {
      assert.ok(uri.includes(`/${names[index]?.replace(/\.\w+$/, '')}-`), uri);
      assert.equal(readFileSync(fileURLToPath(uri)).length, bytes);
    }
  }
  assert.equal(readdirSync(folder).length, names.length * 2);
});
