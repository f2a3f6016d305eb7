import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { download } from '../../../functions/classify/model/download.ts';
import type { ObjectInfo, ObjectStore } from '../../../platform/storage/object-store.ts';
import { openStore } from '../../../platform/storage/open-store.ts';
import { startS3Loopback } from '../../platform/storage/s3-loopback.ts';
import { damagedStore } from './damaged-store.ts';
import { temporaryFolder } from './model-folders.ts';

/** A store, and the way to damage what is on its way from it. */
interface Harness {
  readonly store: ObjectStore;
  damage(key: string): void;
}

const harnesses: Readonly<Record<string, (t: TestContext) => Promise<Harness>>> = {
  'a folder': async (t) => {
    const damaged = new Set<string>();
    return { store: damagedStore(await temporaryFolder(t), damaged), damage: (key) => damaged.add(key) };
  },
  S3: async (t) => {
    const { endpoint, damaged, close } = await startS3Loopback();
    t.after(close);
    const credentials = { accessKeyId: 'loopback', secretAccessKey: 'loopback' };
    const connection = { endpoint, region: 'eu-central-1', forcePathStyle: true, credentials };
    return {
      store: await openStore('s3://models', connection),
      damage: (key) => damaged.add(`/models/${key}`),
    };
  },
};

const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
const only = async (store: ObjectStore, key: string): Promise<ObjectInfo> =>
  (await store.stat(key)) ?? assert.fail(`expected ${key} to be there`);

for (const [name, open] of Object.entries(harnesses)) {
  suite(`downloading a model's file from ${name}`, () => {
    test('brings it as it was put, into a folder that is made', async (t) => {
      const { store } = await open(t);
      await store.put('m/big file', bytes);
      const path = join(await temporaryFolder(t), 'deep', 'file');
      await download(store, await only(store, 'm/big file'), path);
      assert.deepEqual(new Uint8Array(await readFile(path)), bytes);
    });

    test('brings no other version than the one that was listed', async (t) => {
      const { store } = await open(t);
      await store.put('a', Uint8Array.of(1));
      const listed = await only(store, 'a');
      await store.put('a', Uint8Array.of(2));
      const path = join(await temporaryFolder(t), 'a');
      await assert.rejects(download(store, listed, path), { name: 'ObjectChangedError' });
    });

    test('says what is not there any more', async (t) => {
      const { store } = await open(t);
      const absent = { key: 'absent', bytes: 1, etag: '"0"', modifiedMs: 0 };
      await assert.rejects(download(store, absent, join(await temporaryFolder(t), 'a')), {
        name: 'ModelLoadError',
        message: `${store.location}absent: expected content, found none: it was removed`,
      });
    });

    test('lets no damage pass unnoticed', async (t) => {
      const { store, damage } = await open(t);
      await store.put('a', bytes);
      damage('a');
      const path = join(await temporaryFolder(t), 'a');
      await assert.rejects(download(store, await only(store, 'a'), path), /checksum|sha256/i);
      await rm(path, { force: true });
    });

    test('lets no missing byte pass unnoticed', async (t) => {
      const { store } = await open(t);
      await store.put('a', bytes);
      const listed = { ...(await only(store, 'a')), bytes: bytes.length + 1 };
      await assert.rejects(
        download(store, listed, join(await temporaryFolder(t), 'a')),
        /a: expected 100001 bytes, received 100000/,
      );
    });
  });
}
