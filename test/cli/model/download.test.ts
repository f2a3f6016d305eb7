import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type DownloadOptions, download } from '../../../cli/model/download.ts';
import type { RemoteFile } from '../../../cli/model/sources.ts';
import { openWeb } from '../../../cli/model/web.ts';
import { ModelLoadError } from '../../../platform/errors.ts';
import { hubServer } from './support/hub-server.ts';
import { makeFolder } from './support/models.ts';

const REPOSITORY = 'owner/name';

/** Bytes that are all over the place, and the same in every run. */
const bytesOf = (length: number, seed = 1): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 167 + (index >> 8) * 31 + seed) & 0xff));

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

const serveFile = async (t: TestContext, content: Buffer) => {
  const server = await hubServer(t);
  const web = openWeb({});
  t.after(() => web.close());
  server.repositories.set(REPOSITORY, new Map([['model.onnx', { content }]]));
  const pauses: number[] = [];
  const options: DownloadOptions = {
    web,
    signal: new AbortController().signal,
    headers: {},
    pause: async (ms) => void pauses.push(ms),
  };
  const file: RemoteFile = {
    path: 'model.onnx',
    url: `${server.endpoint}/${REPOSITORY}/resolve/main/model.onnx`,
    bytes: content.length,
    digest: { kind: 'sha256', hex: sha256(content) },
  };
  const serveInstead = (other: Buffer) =>
    server.repositories.set(REPOSITORY, new Map([['model.onnx', { content: other }]]));
  const fetches = () => server.seen.filter(({ place }) => place === 'cdn');
  const path = join(makeFolder(t), 'model.onnx');
  return { server, options, file, path, pauses, serveInstead, fetches };
};

test('a file that is cut off at any bytes arrives the same, and no byte is asked for twice', async (t) => {
  const content = bytesOf(5000);
  const { server, options, file, path, fetches } = await serveFile(t, content);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 2500 }), { maxLength: 6 }),
      fc.constantFrom<keyof RemoteFile>('path', 'bytes', 'digest'),
      async (cuts, unknown) => {
        writeFileSync(path, '');
        server.seen.length = 0;
        server.cuts.splice(0, Number.POSITIVE_INFINITY, ...cuts);
        const { [unknown]: _, ...known } = file;
        await download({ ...known, path: file.path, url: file.url }, path, options);
        assert.deepEqual(readFileSync(path), content);
        const starts = fetches().map(({ headers }) => Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0));
        let reached = 0;
        for (const [index, start] of starts.entries()) {
          assert.equal(start, reached);
          reached += cuts[index] ?? content.length;
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('what is whole is verified and not asked for again', async (t) => {
  const content = bytesOf(100);
  const { options, file, path, fetches } = await serveFile(t, content);
  writeFileSync(path, content);
  await download(file, path, options);
  assert.equal(fetches().length, 0);
});

test('a part of other content is thrown away, and the file is brought from its beginning', async (t) => {
  const content = bytesOf(100);
  const { options, file, path } = await serveFile(t, content);
  for (const left of [bytesOf(40, 9), bytesOf(100, 9), bytesOf(300, 9)]) {
    writeFileSync(path, left);
    await download(file, path, options);
    assert.deepEqual(readFileSync(path), content);
  }
});

test('a file that changes while it is being brought is brought anew, not mixed', async (t) => {
  const content = bytesOf(1000);
  const { server, options, file, path, serveInstead } = await serveFile(t, bytesOf(1000, 5));
  server.cuts.push(600);
  const changing: DownloadOptions = { ...options, pause: async () => void serveInstead(content) };
  const { digest: _, ...unverified } = file;
  await download(unverified, path, changing);
  assert.deepEqual(readFileSync(path), content);
});

test('a server without ranges is asked for all of it again', async (t) => {
  const content = bytesOf(1000);
  const { server, options, file, path, fetches } = await serveFile(t, content);
  server.ranges = false;
  server.cuts.push(600);
  await download(file, path, options);
  assert.deepEqual(readFileSync(path), content);
  assert.equal(fetches().length, 2);
});

test('wrong bytes are an error with both digests, and are removed', async (t) => {
  const content = bytesOf(100);
  const { server, options, file, path, fetches } = await serveFile(t, content);
  server.wrong.add('model.onnx');
  const received = sha256(Buffer.from(content.map((byte) => byte ^ 1)));
  await assert.rejects(download(file, path, options), (error: Error) => {
    assert.ok(error instanceof ModelLoadError);
    assert.match(
      error.message,
      new RegExp(`expected content of sha256 ${sha256(content)}, received ${received}`),
    );
    return true;
  });
  assert.equal(existsSync(path), false);
  assert.equal(fetches().length, 1);
});

test('a file of another length is refused before it is brought', async (t) => {
  const { options, file, path } = await serveFile(t, bytesOf(100));
  await assert.rejects(download({ ...file, bytes: 99 }, path, options), {
    name: 'ModelLoadError',
    message: /expected 99 bytes, received the announcement of 100/,
  });
});

test('troubles of the server pass: three tries more, as late as it asks', async (t) => {
  const content = bytesOf(100);
  const { server, options, file, path, pauses } = await serveFile(t, content);
  server.statuses.push(503, 429, 500);
  await download(file, path, options);
  assert.deepEqual(readFileSync(path), content);
  assert.equal(pauses.length, 3);
  assert.ok(pauses.every((ms) => ms >= 7000));
});

test('a server that stays in trouble is given up, and what is here is kept', async (t) => {
  const content = bytesOf(100);
  const { server, options, file, path } = await serveFile(t, content);
  server.cuts.push(30);
  const troubled: DownloadOptions = {
    ...options,
    pause: async () => void server.statuses.splice(0, 9, 503, 503, 503, 503, 503),
  };
  await assert.rejects(download(file, path, troubled), {
    name: 'ModelLoadError',
    message: /received status 503, 4 times/,
  });
  assert.deepEqual(readFileSync(path), content.subarray(0, 30));
});

test('a file that is not there is not tried again', async (t) => {
  const { options, file, path, pauses } = await serveFile(t, bytesOf(100));
  await assert.rejects(download({ ...file, url: file.url.replace('model.onnx', 'other') }, path, options), {
    name: 'InvalidRequestError',
    message: /received 404/,
  });
  assert.equal(pauses.length, 0);
});

test('an abort ends it at once with its reason, and the part is kept', async (t) => {
  const content = bytesOf(1000);
  const { server, options, file, path } = await serveFile(t, content);
  const stopping = new AbortController();
  server.cuts.push(400);
  const reason = new Error('enough');
  const stopped: DownloadOptions = {
    ...options,
    signal: stopping.signal,
    pause: async () => stopping.abort(reason),
  };
  await assert.rejects(download(file, path, stopped), reason);
  assert.deepEqual(readFileSync(path), content.subarray(0, 400));
  await download(file, path, options);
  assert.deepEqual(readFileSync(path), content);
});

test('a token goes to the hub, and not where it redirects to', async (t) => {
  const { server, options, file, path } = await serveFile(t, bytesOf(100));
  await download(file, path, { ...options, headers: { authorization: 'Bearer secret' } });
  assert.deepEqual(
    server.seen.map(({ place, headers }) => [place, headers.authorization]),
    [
      ['hub', 'Bearer secret'],
      ['cdn', undefined],
    ],
  );
});

const full = existsSync('/dev/full') ? {} : { skip: 'there is no /dev/full here' };

test('a disk that is full is said to be', full, async (t) => {
  const { options, file, path } = await serveFile(t, bytesOf(100));
  symlinkSync('/dev/full', path);
  await assert.rejects(download(file, path, options), {
    name: 'ModelLoadError',
    message: /model\.onnx: expected to write it, received: the disk is full/,
  });
});
