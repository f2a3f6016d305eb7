import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../../../engine/child/ports.ts';
import { readRecursionConfig } from '../../../engine/config.ts';
import { each } from '../../../engine/each.ts';
import { markAborted, watchAborted } from '../../../engine/invocation/abort-marker.ts';
import { checkIn, redeem } from '../../../engine/protocol/claims.ts';
import { recursive } from '../../../engine/recursive.ts';
import { createDirectoryStore } from '../../../platform/storage/directory-store.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';
import { type ObjectStore, type OpenOptions, readAll } from '../../../platform/storage/object-store.ts';
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

const text = (content: Uint8Array | undefined) => content && Buffer.from(content).toString();

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
      assert.deepEqual((await store.stat('a/b.json'))?.bytes, 5);
      assert.equal(await store.get('a/c.json'), undefined);
      assert.equal(await store.stat('a/c.json'), undefined);
      assert.equal(await store.open('a/c.json'), undefined);
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
      const listed = await store.list('list/');
      assert.deepEqual(
        listed.map(({ key, bytes }) => [key, bytes]),
        [
          ['list/a', 6],
          ['list/deep/b', 11],
        ],
      );
      assert.deepEqual(listed[0], await store.stat('list/a'));
      const paged: unknown[] = [];
      for await (const page of store.pages('list/')) paged.push(...page);
      assert.deepEqual(paged, listed);
      assert.deepEqual(await store.list('nothing/'), []);
      const all = (await store.list('')).map(({ key }) => key);
      for (const key of ['list/a', 'list/deep/b', 'lists/c']) assert.ok(all.includes(key), key);
    });

    test('says when an object was put', async () => {
      const store = await open();
      // a file system may tell less than a clock, and S3 tells whole seconds
      const beforeMs = Date.now() - 2_000;
      await store.put('when', bytes('now'));
      const { modifiedMs = 0 } = (await store.stat('when')) ?? {};
      assert.ok(
        modifiedMs >= beforeMs && modifiedMs <= Date.now() + 2_000,
        new Date(modifiedMs).toISOString(),
      );
    });

    test('creates an object once: of many at once one succeeds, and its content stays', async () => {
      const store = await open();
      const created = await Promise.all(
        Array.from({ length: 8 }, async (_, index) => [index, await store.create('once', bytes(`${index}`))]),
      );
      const winners = created.filter(([, won]) => won);
      assert.equal(winners.length, 1);
      assert.equal(text(await store.get('once')), String(winners[0]?.[0]));
      assert.equal(await store.create('once', bytes('later')), false);
      await store.put('once', bytes('put'));
      assert.equal(text(await store.get('once')), 'put');
    });

    test('opens an object as a stream, with its ETag, or a range of it', async () => {
      const store = await open();
      await store.put('stream', bytes('0123456789'));
      const read = async (options?: OpenOptions) => {
        const content = await store.open('stream', options);
        assert.ok(content);
        return [content.bytes, text(await readAll(content.body)), content.etag];
      };
      const { etag } = (await store.stat('stream')) ?? {};
      assert.match(etag ?? '', /^".+"$/);
      assert.deepEqual(await read(), [10, '0123456789', etag]);
      assert.deepEqual(await read({ range: { from: 2, to: 5 } }), [3, '234', etag]);
      assert.deepEqual(await read({ range: { from: 0, to: 10 }, ifMatch: etag }), [10, '0123456789', etag]);
      assert.deepEqual(await read({ range: { from: 5, to: 5 }, ifMatch: etag }), [0, '', etag]);
    });

    test('opens only the version that was asked for', async () => {
      const store = await open();
      await store.put('versions', bytes('one'));
      const { etag } = (await store.stat('versions')) ?? {};
      await store.put('versions', bytes('two'));
      assert.notEqual((await store.stat('versions'))?.etag, etag);
      for (const range of [undefined, { from: 0, to: 1 }, { from: 1, to: 1 }]) {
        await assert.rejects(store.open('versions', { ifMatch: etag, ...(range && { range }) }), {
          name: 'ObjectChangedError',
          message: `${store.location}versions: expected the version ${etag}, found another: it has changed`,
        });
      }
      assert.equal(await store.open('versions-none', { ifMatch: etag }), undefined);
    });

    test('takes no key that could leave it', async () => {
      const store = await open();
      for (const key of [
        '../up',
        'a/../../up',
        '/root',
        'a//b',
        '',
        '.',
        'a/.',
        'a\\..\\..\\up',
        'a\0b',
        'a/',
      ]) {
        const refused = {
          name: 'ForbiddenReferenceError',
          message: /Expected a key that stays in its store/,
        };
        await assert.rejects(async () => store.put(key, bytes('x')), refused, key);
        await assert.rejects(async () => store.create(key, bytes('x')), refused, key);
      }
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
      const other = watchAborted(
        async () => store,
        { runId: 'other', batch: undefined, depth: 1 },
        eagerClock,
      );
      const { signal } = watchAborted(
        async () => store,
        { runId: 'tree', batch: undefined, depth: 1 },
        eagerClock,
      );
      await markAborted(store, 'tree');
      if (!signal.aborted) await once(signal, 'abort');
      assert.equal(other.signal.aborted, false);
      other.end();
    });
  });
}

const twoDaysAgo = new Date(Date.now() - 2 * 24 * 3600 * 1000);

/** Files of two days ago. */
const putOld = async (directory: string, names: readonly string[]) => {
  for (const name of names) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, name);
    await utimes(path, twoDaysAgo, twoDaysAgo);
  }
};

const filesOf = async (directory: string): Promise<readonly string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
};

test('a folder forgets the keys it is told to when they are older than a day, half-written ones too', async () => {
  const directory = join(folder, 'sweep');
  const partial = '~01234567-89ab-cdef-0123-456789abcdef';
  await putOld(directory, ['own/a1', 'own/deep/a2', `own/a3${partial}`]);
  await createDirectoryStore(directory).put('own/a4', bytes('new'));
  const store = createDirectoryStore(directory, { expiring: { own: /^(?:deep\/)?a\d$/ } });
  assert.deepEqual(await filesOf(directory).then(() => store.list('')), [await store.stat('own/a4')]);
  assert.deepEqual(await filesOf(directory), ['own/a4']);
});

test("a folder's other files are their owner's, however old, in folders of the same names even", async () => {
  const directory = join(folder, 'shared-with-its-user');
  const theirs = [
    'claims/insurance.pdf',
    'claims/deep/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    'aborted/notes.txt',
    'batches/cookies.txt',
    'batches/one/parts/list.ndjson',
    'holiday.jpg',
    'index.json',
    'deep/claims/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  ].sort();
  const ours = [
    'claims/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    'aborted/01234567-89ab-cdef-0123-456789abcdef',
    'batches/one/source.json',
    'batches/one/index.json',
    'batches/one/parts/000000000000-000000000008-0-0123456789abcdef.ndjson',
  ];
  await putOld(directory, [...theirs, ...ours]);
  const handler = recursive(
    each(async (item) => item),
    {
      config: readRecursionConfig({ STORE: pathToFileURL(directory).href, ALLOW_FILE: 'true' }),
    },
  );
  const manifest = join(folder, 'list.txt');
  await writeFile(manifest, '1\n2\n');
  const context = {
    awsRequestId: 'request',
    functionVersion: '$LATEST',
    getRemainingTimeInMillis: () => 60_000,
  };
  await handler({ manifest: pathToFileURL(manifest).href, options: { resume: 'mine' } }, context);
  const left = (await filesOf(directory)).filter((name) => !name.startsWith('batches/mine/'));
  assert.deepEqual(left, theirs);
});

test('an upload is tried again where S3 asks for it, and not for ever', async () => {
  const store = await openStore('s3://bucket', connection());
  s3.state.conflicts = 2;
  assert.equal(await store.create('conflict', bytes('x')), true);
  s3.state.conflicts = 100;
  await assert.rejects(store.create('conflict-again', bytes('x')), { name: 'ConditionalRequestConflict' });
  s3.state.conflicts = 0;
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
  await assert.rejects(async () => directory.put('k', bytes('')), {
    name: 'ConfigurationError',
    message: /ENOTDIR|EEXIST/,
  });
  const gone = await openStore('s3://bucket', { ...connection(), endpoint: 'http://127.0.0.1:9' });
  await assert.rejects(gone.get('k'));
});

test('what is no store is refused by name', async () => {
  await assert.rejects(openStore('https://example.com/x'), {
    name: 'ConfigurationError',
    message: 'Expected a store as s3://bucket/prefix or file:///folder, received "https://example.com/x"',
  });
});

test('a refusal by S3 is known by its status, where its body is cut on the way', async (t) => {
  const store = await openStore('s3://bucket/cut', connection());
  await store.put('there', bytes('one'));
  s3.state.cutsRefusals = true;
  t.after(() => {
    s3.state.cutsRefusals = false;
  });
  assert.equal(await store.create('there', bytes('two')), false);
  await assert.rejects(store.open('there', { ifMatch: '"another"' }), { name: 'ObjectChangedError' });
});
