import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startS3Loopback } from '../platform/storage/s3-loopback.ts';
import { droste, makeFolder } from './support/droste.ts';

/** S3 on loopback with a few objects. */
const withObjects = async (t: TestContext, keys: readonly string[]) => {
  const s3 = await startS3Loopback();
  t.after(() => s3.close());
  for (const key of keys) {
    const modifiedMs = Date.parse('2026-01-02T03:04:05Z');
    s3.objects.set(`/photos/${key}`, { body: Buffer.from(key), headers: {}, modifiedMs });
  }
  // the SDK's own, which reads them of its process
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: s3.endpoint,
  });
  return (...args: string[]) => droste(['manifest', ...args]);
};

test('a prefix is listed a reference a line, whatever pages it comes in, and counted on standard error', async (t) => {
  const list = await withObjects(t, [
    '2025/z.jpg',
    '2026/',
    '2026/a.jpg',
    '2026/b.PNG',
    '2026/c.txt',
    '2026/d/e.jpg',
  ]);
  const all = await list('s3://photos/2026/');
  assert.deepEqual(
    [all.code, all.stdout],
    [0, 's3://photos/2026/a.jpg\ns3://photos/2026/b.PNG\ns3://photos/2026/c.txt\ns3://photos/2026/d/e.jpg\n'],
  );
  assert.equal(all.stderr, '4 of 5 objects\n');
  const some = await list('s3://photos/2026/', '--suffix', '.png', '--suffix', 'e.jpg');
  assert.equal(some.stdout, 's3://photos/2026/b.PNG\ns3://photos/2026/d/e.jpg\n');
  assert.equal((await list('s3://photos/2026/', '--newer-than', '2026-01-03')).stdout, '');
  assert.equal((await list('s3://photos/2025')).stdout, 's3://photos/2025/z.jpg\n');
});

test('CSV and JSONL have a column of references, beside sizes and times', async (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'deep'));
  const path = join(folder, 'deep', 'a,b.jpg');
  writeFileSync(path, '123');
  utimesSync(path, new Date(), new Date('2026-01-02T03:04:05Z'));
  const uri = `${pathToFileURL(folder).href}/`;
  const csv = await droste(['manifest', uri, '--format', 'csv']);
  assert.equal(csv.stdout, `url,bytes,modified\n${uri}deep/a%2Cb.jpg,3,2026-01-02T03:04:05.000Z\n`);
  const jsonl = await droste(['manifest', uri, '--format', 'jsonl']);
  assert.deepEqual(JSON.parse(jsonl.stdout), {
    url: `${uri}deep/a%2Cb.jpg`,
    bytes: 3,
    modified: '2026-01-02T03:04:05.000Z',
  });
});

test('what is no prefix, or no time, is a usage error, and a bucket that refuses is a failure', async (t) => {
  const list = await withObjects(t, []);
  for (const [args, message] of [
    [['https://example.com/'], /prefix: expected s3:\/\/bucket\/prefix\//],
    [['s3://photos/', '--newer-than', 'yesterday'], /prefix\.newerThan: expected a day or an instant/],
    [['s3://photos/', '--format', 'xml'], /Allowed choices are text, jsonl, csv/],
    [[], /missing required argument 'prefix'/],
  ] as const) {
    const { code, stderr } = await list(...args);
    assert.deepEqual([code, message.test(stderr)], [2, true], stderr);
  }
  const { code, stderr } = await list('s3://forbidden/');
  assert.deepEqual([code, /AccessDenied/.test(stderr)], [1, true], stderr);
});

test('the command of the documentation lists what it says', async (t) => {
  const page = readFileSync(new URL('../../docs/what-starts-it.md', import.meta.url), 'utf8');
  const [, words = ''] = /droste -- manifest (.*) > list\.txt/.exec(page) ?? [];
  const list = await withObjects(t, ['2026/a.jpg', '2026/b.png']);
  const older = await list(...words.split(' '));
  assert.deepEqual([older.code, older.stdout, older.stderr], [0, '', '0 of 2 objects\n']);
  const all = await list(...words.replace('2026-01-31', '2026-01-01').split(' '));
  assert.equal(all.stdout, 's3://photos/2026/a.jpg\n');
});
