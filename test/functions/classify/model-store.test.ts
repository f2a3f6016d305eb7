import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { s3ModelStore } from '../../../functions/classify/model/adapters/s3.ts';
import { download } from '../../../functions/classify/model/download.ts';
import type { ModelStore, StoredFile } from '../../../functions/classify/model/model-store.ts';
import { directoryModelStore } from './directory-model-store.ts';
import { temporaryFolder, writeFiles } from './model-folders.ts';
import { s3Loopback } from './s3-loopback.ts';

// the SDK signs its requests, and finds no credentials here
process.env.AWS_ACCESS_KEY_ID = 'loopback';
process.env.AWS_SECRET_ACCESS_KEY = 'loopback';

/** A store, and the ways to change what is in it. */
interface Harness {
  readonly store: ModelStore;
  put(key: string, content: Uint8Array): Promise<unknown>;
  damage(key: string): void;
}

const harnesses: Readonly<Record<string, (t: TestContext) => Promise<Harness>>> = {
  'a folder': async (t) => {
    const folder = await temporaryFolder(t);
    const damaged = new Set<string>();
    return {
      store: directoryModelStore(folder, damaged),
      put: (key, content) => writeFiles(folder, { [key]: content }),
      damage: (key) => damaged.add(key),
    };
  },
  S3: async (t) => {
    const { endpoint, objects, damaged } = await s3Loopback(t, 'models');
    return {
      store: s3ModelStore('models', { endpoint, region: 'eu-central-1', forcePathStyle: true }),
      put: async (key, content) => objects.set(key, content),
      damage: (key) => damaged.add(key),
    };
  },
};

const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
const only = async (store: ModelStore, key: string): Promise<StoredFile> => {
  const [file] = await store.list(key);
  return file ?? assert.fail(`expected ${key} to be listed`);
};

for (const [name, open] of Object.entries(harnesses)) {
  suite(`${name} as a model store`, () => {
    test('lists what is under a prefix, all of it, in the order of the keys', async (t) => {
      const { store, put } = await open(t);
      for (const key of ['m/c', 'm/a', 'n/x', 'm/onnx/d', 'm/b', 'm/e'])
        await put(key, bytes.subarray(0, key.length));
      const files = await store.list('m/');
      assert.deepEqual(
        files.map(({ key, bytes: size }) => [key, size]),
        [
          ['m/a', 3],
          ['m/b', 3],
          ['m/c', 3],
          ['m/e', 3],
          ['m/onnx/d', 8],
        ],
      );
      assert.deepEqual(await store.list('none/'), []);
    });

    test('gives another version to other content', async (t) => {
      const { store, put } = await open(t);
      await put('a', Uint8Array.of(1));
      const before = await only(store, 'a');
      await put('a', Uint8Array.of(2));
      assert.notEqual((await only(store, 'a')).version, before.version);
      await assert.rejects(store.read(before));
    });

    test('streams content as it was put', async (t) => {
      const { store, put } = await open(t);
      await put('m/big file', bytes);
      const path = join(await temporaryFolder(t), 'deep', 'file');
      await download(store, await only(store, 'm/big file'), path);
      assert.deepEqual(new Uint8Array(await readFile(path)), bytes);
    });

    test('has no content for what is not there', async (t) => {
      const { store } = await open(t);
      await assert.rejects(store.read({ key: 'absent', bytes: 1, version: '' }));
    });

    test('lets no damage pass unnoticed', async (t) => {
      const { store, put, damage } = await open(t);
      await put('a', bytes);
      damage('a');
      await assert.rejects(
        download(store, await only(store, 'a'), join(await temporaryFolder(t), 'a')),
        /checksum|sha256/i,
      );
    });

    test('lets no missing byte pass unnoticed', async (t) => {
      const { store, put } = await open(t);
      await put('a', bytes);
      const listed = { ...(await only(store, 'a')), bytes: bytes.length + 1 };
      await assert.rejects(
        download(store, listed, join(await temporaryFolder(t), 'a')),
        /a: expected 100001 bytes, received 100000/,
      );
    });
  });
}
