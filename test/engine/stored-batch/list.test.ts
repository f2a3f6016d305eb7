import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { each } from '../../../engine/index.ts';
import { manifestFile } from '../support/manifest-file.ts';
import { memoryTree } from '../support/memory-tree.ts';

const treeOn = (store: string, allowFile = true) =>
  memoryTree(
    each((item: string) => item.length),
    { shape: { store, allowFile, maxWork: 2 } },
  );

const options = { onError: 'collect', resume: 'b' };

test('a packed manifest is unpacked once, and bound to the version that it was', async (t) => {
  const { uri, store, read, rewrite } = await manifestFile(t, '', 'list.txt.gz');
  await rewrite(gzipSync('a\nbb\n\nccc\ndddd\n"eeeee"\n'));
  const { run } = treeOn(store);
  const { summary } = await run({ manifest: uri, options });
  assert.deepEqual([summary.items, summary.succeeded, summary.missing], [5, 5, undefined]);
  const [key = ''] = JSON.parse(await read('batches/b/index.json')).parts.map(
    (part: { key: string }) => part.key,
  );
  assert.match(await read(key), /^\{"item":"a","results":1\}\n.*\n\{"item":"ccc","results":3\}\n/);
  await rewrite(gzipSync('other\n'));
  await assert.rejects(run({ manifest: uri, options }), /that name belongs to etag/);
});

test('a manifest that is packed by its name alone is refused, naming it', async (t) => {
  const { uri, store } = await manifestFile(t, 'plain text', 'list.gz');
  await assert.rejects(treeOn(store).run({ manifest: uri, options }), {
    name: 'ImageFetchError',
    message: /list\.gz: expected a manifest that can be read, received: Error: incorrect header check/,
  });
});

test('a prefix is what is under it when it is listed first, and whoever continues has the same', async (t) => {
  const { path, store, read } = await manifestFile(t, '');
  const pictures = join(path, '..', 'pictures');
  await mkdir(join(pictures, 'deep'), { recursive: true });
  for (const name of ['b.jpg', 'a ü%20.jpg', 'deep/c.jpg']) await writeFile(join(pictures, name), '');
  const prefix = `${pathToFileURL(pictures).href}/`;
  const { run } = treeOn(store);
  const { summary } = await run({ prefix, options });
  assert.deepEqual([summary.items, summary.succeeded], [3, 3]);
  const first = JSON.parse((await read('batches/b/items.ndjson')).split('\n')[0] ?? '');
  assert.equal(first, pathToFileURL(join(pictures, 'a ü%20.jpg')).href.replace('ü', '%C3%BC'));
  await writeFile(join(pictures, 'later.jpg'), '');
  assert.equal((await run({ prefix, options })).summary.items, 3);
  assert.equal((await run({ prefix, options: { ...options, resume: 'new' } })).summary.items, 4);
});

test('a prefix of files is refused where files are, and one of nothing that can be listed by name', async (t) => {
  const { store } = await manifestFile(t, '');
  await assert.rejects(treeOn(store, false).run({ prefix: 'file:///etc/', options }), {
    name: 'ForbiddenReferenceError',
  });
  await assert.rejects(treeOn(store).run({ prefix: 'https://example.com/photos/', options }), {
    name: 'InvalidRequestError',
    message: 'prefix: expected s3://bucket/prefix/, received "https://example.com/photos/"',
  });
});
