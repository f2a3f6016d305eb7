import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CACHE_CONTROL } from '../../../functions/thumbnail/adapters/s3.ts';
import { openThumbnailStore, readOutput } from '../../../functions/thumbnail/store/open-store.ts';
import type { ThumbnailStore } from '../../../functions/thumbnail/store/thumbnail-store.ts';
import { ConfigurationError } from '../../../platform/errors.ts';
import { startS3 } from './support/s3-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'droste-thumbnails-'));
const s3 = await startS3();
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await s3.close();
});

const connection = {
  endpoint: s3.endpoint,
  region: 'eu-west-3',
  forcePathStyle: true,
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
};

const kinds: Readonly<
  Record<
    string,
    { open: () => Promise<ThumbnailStore>; read: (uri: string) => Buffer; names: () => readonly string[] }
  >
> = {
  'a folder': {
    open: () => openThumbnailStore(pathToFileURL(join(folder, 'made', 'later')).href),
    read: (uri) => readFileSync(fileURLToPath(uri)),
    names: () => readdirSync(join(folder, 'made', 'later')),
  },
  'an S3 prefix': {
    open: () => openThumbnailStore('s3://bucket/a/b', connection),
    read: (uri) => s3.objects.get(uri.replace('s3:/', ''))?.body ?? Buffer.alloc(0),
    names: () => [...s3.objects.keys()].map((key) => key.replace('/bucket/a/b/', '')),
  },
};

const put = (store: ThumbnailStore, name: string, text: string) =>
  store.put({ name, data: Buffer.from(text), mediaType: 'image/jpeg' });

for (const [kind, { open, read, names }] of Object.entries(kinds)) {
  suite(`thumbnails in ${kind}`, () => {
    test('are under their names, at the URI that is answered', async () => {
      const store = await open();
      const uri = await put(store, 'a-1-2x3.jpg', 'one');
      assert.equal(uri, `${store.location}a-1-2x3.jpg`);
      assert.equal(read(uri).toString(), 'one');
    });

    test('may be put again, by many at once, and leave nothing else behind', async () => {
      const stores = await Promise.all([open(), open()]);
      const uris = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          put(index % 2 ? stores[0] : stores[1], `n${index % 3}.jpg`, 'same'),
        ),
      );
      for (const uri of uris) assert.equal(read(uri).toString(), 'same');
      assert.deepEqual([...names()].sort(), ['a-1-2x3.jpg', 'n0.jpg', 'n1.jpg', 'n2.jpg']);
    });
  });
}

test('S3 is told what a thumbnail is, and that it may be cached for ever', () => {
  const { headers } = s3.objects.get('/bucket/a/b/a-1-2x3.jpg') ?? {};
  assert.equal(headers?.['content-type'], 'image/jpeg');
  assert.equal(headers?.['cache-control'], CACHE_CONTROL);
  assert.equal(CACHE_CONTROL, 'public, max-age=31536000, immutable');
});

test('a whole bucket may be the place', async () => {
  const store = await openThumbnailStore('s3://bucket', connection);
  assert.equal(await put(store, 'x.jpg', 'x'), 's3://bucket/x.jpg');
});

test('what S3 refuses is not answered', async () => {
  await assert.rejects(put(await openThumbnailStore('s3://forbidden/x', connection), 'x.jpg', 'x'), {
    name: 'AccessDenied',
  });
});

test('a folder that cannot be one is a mistake in the settings, and can be mended', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, 'not a folder');
  const store = await openThumbnailStore(pathToFileURL(path).href);
  await assert.rejects(put(store, 'x.jpg', 'x'), {
    name: 'ConfigurationError',
    message: /Expected a folder/,
  });
  chmodSync(path, 0o600);
  rmSync(path);
  await put(store, 'x.jpg', 'x');
});

test('places are S3 prefixes and folders by their URLs, and nothing else', async () => {
  assert.deepEqual(readOutput('s3://bucket/a/b'), { kind: 's3', bucket: 'bucket', prefix: 'a/b' });
  assert.deepEqual(readOutput('file:///a%20b'), { kind: 'folder', path: '/a b' });
  for (const url of [
    '',
    'thumbs',
    's3://',
    's3:///key',
    'https://host/x',
    'file://host/x',
    'file:x',
    'file:///%2f',
  ]) {
    assert.equal(readOutput(url), undefined, url);
    await assert.rejects(openThumbnailStore(url), ConfigurationError);
  }
});
