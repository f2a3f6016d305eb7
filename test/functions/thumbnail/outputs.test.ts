import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createOutputs } from '../../../functions/thumbnail/outputs.ts';
import { openStore } from '../../../platform/storage/open-store.ts';
import { startS3Loopback } from '../../platform/storage/s3-loopback.ts';

const folder = mkdtempSync(join(tmpdir(), 'droste-thumbnails-'));
const s3 = await startS3Loopback();
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
const outputTo = async (output: string) => {
  const open = (url: string) => openStore(url, connection);
  return createOutputs({ output, allowOut: false, open }).to(undefined);
};
const thumbnail = { name: 'a-1-2x3.jpg', data: Buffer.from('one'), mediaType: 'image/jpeg' };

test('a thumbnail is in its folder, made when the first comes, at the URI that is answered', async () => {
  const output = pathToFileURL(join(folder, 'made', 'later')).href;
  const uri = await (await outputTo(output)).put(thumbnail);
  assert.equal(uri, `${output}/a-1-2x3.jpg`);
  assert.equal(readFileSync(fileURLToPath(uri), 'utf8'), 'one');
});

test('S3 is told what a thumbnail is, and that it may be cached for ever', async () => {
  assert.equal(await (await outputTo('s3://bucket/a/b')).put(thumbnail), 's3://bucket/a/b/a-1-2x3.jpg');
  const { body, headers } = s3.objects.get('/bucket/a/b/a-1-2x3.jpg') ?? {};
  assert.equal(body?.toString(), 'one');
  assert.equal(headers?.['content-type'], 'image/jpeg');
  assert.equal(headers?.['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(await (await outputTo('s3://bucket')).put(thumbnail), 's3://bucket/a-1-2x3.jpg');
});

test('what S3 refuses is not answered', async () => {
  await assert.rejects((await outputTo('s3://forbidden/x')).put(thumbnail), { name: 'AccessDenied' });
});
