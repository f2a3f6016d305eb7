import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { each } from '../../../engine/index.ts';
import type { WireError } from '../../../platform/errors.ts';
import { manifestFile } from '../support/manifest-file.ts';
import { memoryTree } from '../support/memory-tree.ts';

const treeOn = (store: string, allowFile = true) =>
  memoryTree(
    each((item: string) => item.length),
    { item: z.string({ error: 'expected a text' }), shape: { store, allowFile, maxWork: 2 } },
  );

const options = { onError: 'collect', resume: 'b' };

type Read = Awaited<ReturnType<typeof manifestFile>>['read'];

/** The results of a batch, in order. */
const resultsOf = async (
  read: Read,
  batch = 'b',
): Promise<readonly { item: unknown; error?: WireError }[]> => {
  const { parts } = JSON.parse(await read(`batches/${batch}/index.json`)) as { parts: { key: string }[] };
  const texts = await Promise.all(parts.map(({ key }) => read(key)));
  return texts.flatMap((text) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
};

const itemsOf = async (read: Read, batch?: string) => (await resultsOf(read, batch)).map(({ item }) => item);

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
  const [first] = await resultsOf(read);
  assert.equal(first?.item, pathToFileURL(join(pictures, 'a ü%20.jpg')).href.replace('ü', '%C3%BC'));
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

test('a column of a CSV is the items: quoted fields, a byte order mark, CRLF, packed or not', async (t) => {
  const text =
    '\uFEFFid, url,note\r\n1,s3://b/a.jpg,\r\n\r\n2,"s3://b/a, ""b"".jpg","two\r\nlines"\r\n3,"",x\r\n';
  const plain = await manifestFile(t, text, 'list.csv');
  const { run } = treeOn(plain.store);
  const request = { manifest: { uri: plain.uri, column: 'url' }, options };
  const { summary } = await run(request);
  assert.deepEqual([summary.items, summary.succeeded, summary.missing], [3, 3, undefined]);
  const items = ['s3://b/a.jpg', 's3://b/a, "b".jpg', ''];
  assert.deepEqual(await itemsOf(plain.read), items);
  assert.equal((await run(request)).summary.invocations, 1, 'nothing is done twice');

  const packed = await manifestFile(t, '', 'list.gz');
  await packed.rewrite(gzipSync(text));
  await treeOn(packed.store).run({ manifest: { uri: packed.uri, format: 'csv', column: 'url' }, options });
  assert.deepEqual(await itemsOf(packed.read), items);
});

test('a CSV without a header row is read by position', async (t) => {
  const { uri, store, read } = await manifestFile(t, 'bucket,a.jpg\nbucket,b.jpg\n', 'list.csv');
  await treeOn(store).run({ manifest: { uri, column: 2 }, options });
  assert.deepEqual(await itemsOf(read), ['a.jpg', 'b.jpg']);
});

const badCsv: readonly [title: string, text: string, column: string | number, message: RegExp][] = [
  [
    'without the column',
    'id,URL\n1,a\n',
    'url',
    /manifest\.column: expected one of "id", "URL", received "url"$/,
  ],
  ['with the column twice', 'url,url\na,b\n', 'url', /each of which is there once, received "url"$/],
  ['with fewer columns', 'a\nb\n', 2, /manifest\.column: expected a position from 1 to 1, received 2$/],
  [
    'with a record that is short',
    'id,url\n1,a\n2\n',
    'url',
    /list\.csv: expected a manifest.*2.*got 1 on line 3/,
  ],
  ['with a quote that is not closed', 'id,url\n1,"a\n2,b\n', 'url', /list\.csv: expected a manifest.*line/],
];

for (const [title, text, column, message] of badCsv) {
  test(`a CSV ${title} is refused before any work`, async (t) => {
    const { uri, store } = await manifestFile(t, text, 'list.csv');
    const { run, seen } = treeOn(store);
    await assert.rejects(run({ manifest: { uri, column }, options }), { message });
    assert.equal(seen.length, 0);
  });
}

test('a key of JSONL is the items; a line without it fails by itself, and is shown', async (t) => {
  const lines = ['{"url":"a","id":1}', '', '{"id":2}\r', 'no JSON', '{"url":"b\u2028c"}'];
  const { uri, store, read } = await manifestFile(t, lines.join('\n'), 'list.jsonl');
  const { summary } = await treeOn(store).run({ manifest: { uri, column: 'url' }, options });
  assert.deepEqual([summary.items, summary.succeeded, summary.failed], [4, 3, 1]);
  const results = await resultsOf(read);
  assert.deepEqual(
    results.map(({ item }) => item),
    ['a', { id: 2 }, 'no JSON', 'b\u2028c'],
  );
  assert.equal(results[1]?.error?.message, 'item: expected a text, received an object with keys id');
});

test('a name that a list of another column has left behind is bound to the column that is asked for now', async (t) => {
  const { uri, store, read } = await manifestFile(t, 'url,thumb\na,b\n', 'list.csv');
  const { run } = treeOn(store);
  // as a root that ended before it had bound the name had left it
  await run({ manifest: { uri, column: 'url' }, options });
  await rm(new URL(`${store}/batches/b/source.json`));
  await rm(new URL(`${store}/batches/b/parts`), { recursive: true });
  await run({ manifest: { uri, column: 'thumb' }, options });
  assert.deepEqual(await itemsOf(read), ['b']);
  await assert.rejects(run({ manifest: { uri, column: 'url' }, options }), {
    name: 'InvalidRequestError',
    message: /expected manifest \{.*"column":"url"\} to continue batch b, but that name belongs to/,
  });
  await assert.rejects(run({ manifest: uri, options }), /that name belongs to manifest/);
});

/** An S3 Inventory as it is copied to a disk: the manifest in a dated folder, its files in `data` beside that. */
const inventory = async (
  t: Parameters<typeof manifestFile>[0],
  files: readonly string[],
  change: Readonly<Record<string, unknown>> = {},
) => {
  const { path, store, read } = await manifestFile(t, '');
  const folder = join(path, '..', 'source', 'config');
  const dated = join(folder, '2026-01-31T01-00Z');
  await mkdir(join(folder, 'data'), { recursive: true });
  await mkdir(dated);
  const listed = await Promise.all(
    files.map(async (text, index) => {
      const content = gzipSync(text);
      await writeFile(join(folder, 'data', `${index}.csv.gz`), content);
      const MD5checksum = createHash('md5').update(content).digest('hex');
      return { key: `inventories/source/config/data/${index}.csv.gz`, size: content.length, MD5checksum };
    }),
  );
  const manifest = {
    sourceBucket: 'source',
    destinationBucket: 'arn:aws:s3:::inventories',
    version: '2016-11-30',
    fileFormat: 'CSV',
    fileSchema: 'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate',
    files: listed,
    ...change,
  };
  const file = join(dated, 'manifest.json');
  await writeFile(file, JSON.stringify(manifest));
  return { uri: pathToFileURL(file).href, store, read, folder };
};

const row = (
  key: string,
  { latest = 'true', deleted = 'false', modified = '2026-01-02T03:04:05.000Z' } = {},
) => `"source","${key}","v1","${latest}","${deleted}","12","${modified}"\n`;

test('an S3 Inventory is the newest version of every object, with the keys as they are', async (t) => {
  const files = [
    row('photos/a+b%2Bc%20%C3%BC.jpg') + row('photos/') + row('photos/old.jpg', { latest: 'false' }),
    row('photos/gone.jpg', { deleted: 'true' }) +
      row('photos/d.PNG', { modified: '2026-01-20T00:00:00.000Z' }),
  ];
  const { uri, store, read } = await inventory(t, files);
  const { run } = treeOn(store);
  await run({ manifest: uri, options });
  assert.deepEqual(await itemsOf(read), ['s3://source/photos/a b+c ü.jpg', 's3://source/photos/d.PNG']);
  const filtered = { uri, suffix: ['.png'], newerThan: '2026-01-10' };
  await run({ manifest: filtered, options: { ...options, resume: 'new' } });
  assert.deepEqual(await itemsOf(read, 'new'), ['s3://source/photos/d.PNG']);
  await assert.rejects(run({ manifest: filtered, options }), /that name belongs to manifest/);
});

test('an inventory in ORC or Parquet, a damaged one, and what is none are refused by name', async (t) => {
  const refused = async (
    ...given: Parameters<typeof inventory> extends [unknown, ...infer Rest] ? Rest : never
  ) => {
    const { uri, store, folder } = await inventory(t, ...given);
    return { uri, folder, run: (manifest: unknown = uri) => treeOn(store).run({ manifest, options }) };
  };
  for (const fileFormat of ['ORC', 'Parquet']) {
    const { run } = await refused([], { fileFormat });
    await assert.rejects(run(), {
      name: 'InvalidRequestError',
      message: new RegExp(`expected an S3 Inventory in CSV, received ${fileFormat}: set the inventory`),
    });
  }
  const other = await refused([], { files: undefined });
  await assert.rejects(other.run(), /expected the manifest\.json of an S3 Inventory; files:/);
  const dateless = await refused([], { fileSchema: 'Bucket, Key' });
  await assert.rejects(
    dateless.run({ uri: dateless.uri, newerThan: '2026-01-01' }),
    /expected an inventory with LastModifiedDate, received Bucket, Key$/,
  );
  const damaged = await refused([row('a.jpg')]);
  await writeFile(join(damaged.folder, 'data', '0.csv.gz'), gzipSync(row('b.jpg')));
  await assert.rejects(damaged.run(), /0\.csv\.gz: content of the MD5 \w{32}, expected \w{32}/);
  const gone = await refused([row('a.jpg')]);
  await rm(join(gone.folder, 'data', '0.csv.gz'));
  await assert.rejects(gone.run(), /0\.csv\.gz: Error: there is none/);
});

test('of a prefix only what has one of the endings, and was put later, is meant', async (t) => {
  const { path, store, read } = await manifestFile(t, '');
  const pictures = join(path, '..', 'pictures');
  await mkdir(pictures);
  for (const name of ['a.JPG', 'b.txt', 'c.jpg', 'd.webp']) await writeFile(join(pictures, name), '');
  await utimes(join(pictures, 'c.jpg'), new Date(), new Date('2026-01-01T00:00:00Z'));
  const uri = `${pathToFileURL(pictures).href}/`;
  const prefix = { uri, suffix: ['.jpg', '.webp'], newerThan: '2026-01-01T00:00:00Z' };
  await treeOn(store).run({ prefix, options });
  assert.deepEqual(await itemsOf(read), [`${uri}a.JPG`, `${uri}d.webp`]);
});
