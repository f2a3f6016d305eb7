import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../../../engine/child/ports.ts';
import { markAborted, watchAborted } from '../../../engine/invocation/abort-marker.ts';
import { checkIn, redeem } from '../../../engine/protocol/claims.ts';
import { createDirectoryStore } from '../../../platform/storage/directory-store.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';
import type { ObjectStore } from '../../../platform/storage/object-store.ts';
import { openStore } from '../../../platform/storage/open-store.ts';
import { startS3Loopback } from './s3-loopback.ts';

let folder: string;
let s3: Awaited<ReturnType<typeof startS3Loopback>>;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'droste-store-'));
  s3 = await startS3Loopback();
});
after(async () => {
  await s3.close();
  await rm(folder, { recursive: true });
});

const connection = () => ({
  endpoint: s3.endpoint,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

const stores: Readonly<Record<string, () => Promise<ObjectStore>>> = {
  memory: async () => createMemoryStore(),
  directory: () => openStore(pathToFileURL(join(folder, 'objects')).href),
  's3 with a prefix': () => openStore('s3://bucket/some/prefix', connection()),
  's3 without a prefix': () => openStore('s3://bucket', connection()),
};

const bytes = (text: string) => new TextEncoder().encode(text);

/** A clock whose timers all fire at once, in order. */
const eagerClock: Clock = {
  now: () => 0,
  random: () => 0,
  at: (_, callback) => {
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
};

for (const [name, open] of Object.entries(stores)) {
  describe(`a store in ${name}`, () => {
    test('gives back what was put, and undefined for what was not', async () => {
      const store = await open();
      await store.put('a/b.json', bytes('first'));
      assert.deepEqual(Buffer.from((await store.get('a/b.json')) ?? []).toString(), 'first');
      assert.equal(await store.has('a/b.json'), true);
      assert.equal(await store.get('a/c.json'), undefined);
      assert.equal(await store.has('a/c.json'), false);
    });

    test('keeps the last of what was put under one key, and its own copy of it', async () => {
      const store = await open();
      const content = bytes('one');
      await store.put('k', content);
      content.fill(0);
      assert.equal(Buffer.from((await store.get('k')) ?? []).toString(), 'one');
      await store.put('k', bytes('two'));
      assert.equal(Buffer.from((await store.get('k')) ?? []).toString(), 'two');
    });

    test('lists the keys under a prefix, and no others', async () => {
      const store = await open();
      for (const key of ['list/a', 'list/deep/b', 'lists/c']) await store.put(key, bytes(key));
      assert.deepEqual((await store.list('list/')).toSorted(), ['list/a', 'list/deep/b']);
      assert.deepEqual(await store.list('nothing/'), []);
    });

    test('redeems a claim for the payload it stands for', async () => {
      const store = await open();
      const payload = bytes('payload'.repeat(100_000));
      const claim = await checkIn(store, payload);
      assert.equal(claim.bytes, payload.length);
      assert.deepEqual(Buffer.from(await redeem(store, claim)), Buffer.from(payload));
    });

    test('refuses a claim whose payload was changed or is gone', async () => {
      const store = await open();
      const claim = await checkIn(store, bytes('what was meant'));
      await store.put(`claims/${claim.sha256}`, bytes('something else'));
      await assert.rejects(redeem(store, claim), /Expected 14 bytes of sha256 .* received 14 of/);
      await assert.rejects(
        redeem(store, { sha256: '0'.repeat(64), bytes: 3 }),
        /found none: it may have expired/,
      );
    });

    test('lets one invocation tell all others of its tree to stop, and no other tree', async () => {
      const store = await open();
      const other = watchAborted(store, 'other', eagerClock, () => assert.fail('not this one'));
      const told = new Promise<void>((resolve) => {
        watchAborted(store, 'tree', eagerClock, resolve);
      });
      await markAborted(store, 'tree');
      await told;
      other();
    });
  });
}

test('a folder forgets what is older than a day when it is opened, and nothing else', async () => {
  const directory = join(folder, 'sweep');
  await createDirectoryStore(directory).put('old', bytes('old'));
  await createDirectoryStore(directory).put('new', bytes('new'));
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 3600 * 1000);
  await utimes(join(directory, 'old'), twoDaysAgo, twoDaysAgo);
  const store = createDirectoryStore(directory);
  assert.equal(await store.has('old'), false);
  assert.equal(await store.has('new'), true);
});

test('a folder never shows a half-written object', async () => {
  const directory = join(folder, 'partial');
  const store = createDirectoryStore(directory);
  await Promise.all(Array.from({ length: 20 }, () => store.put('same', bytes('x'.repeat(100_000)))));
  assert.equal((await store.get('same'))?.length, 100_000);
  assert.deepEqual(await readdir(directory), ['same']);
});

test('a store whose service fails says so, instead of that there is nothing', async () => {
  await writeFile(join(folder, 'file'), '');
  const directory = createDirectoryStore(join(folder, 'file'));
  await assert.rejects(async () => directory.put('k', bytes('')), /ENOTDIR|EEXIST/);
  const gone = await openStore('s3://bucket', { ...connection(), endpoint: 'http://127.0.0.1:9' });
  await assert.rejects(gone.get('k'));
});

test('what is no store is refused by name', async () => {
  await assert.rejects(openStore('https://example.com/x'), {
    name: 'ConfigurationError',
    message: 'Expected a store as s3://bucket/prefix or file:///folder, received "https://example.com/x"',
  });
});
