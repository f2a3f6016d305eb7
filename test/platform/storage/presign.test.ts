import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { createS3Store } from '../../../platform/storage/s3-store.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret/key', sessionToken: 'a+b/c=' };

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** As S3 computes it from a URL (API reference, "Authenticating Requests: Using Query Parameters"). */
const signatureOf = ({ host, pathname, searchParams }: URL): string => {
  const encoded = (text: string) =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const canonical = ['GET', pathname, query, `host:${host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const date = searchParams.get('X-Amz-Date') ?? '';
  const scope = [date.slice(0, 8), 'eu-west-1', 's3', 'aws4_request'];
  const digest = createHash('sha256').update(canonical).digest('hex');
  const key = scope.reduce<string | Buffer>(
    (from, part) => hmac(from, part),
    `AWS4${credentials.secretAccessKey}`,
  );
  return hmac(key, ['AWS4-HMAC-SHA256', date, scope.join('/'), digest].join('\n')).toString('hex');
};

for (const [what, more, address] of [
  ['of AWS', {}, 'https://my-bucket.s3.eu-west-1.amazonaws.com/store/batches/x/parts/a%20b.ndjson'],
  [
    'of what stands in for it',
    { endpoint: 'http://127.0.0.1:9000', forcePathStyle: true },
    'http://127.0.0.1:9000/my-bucket/store/batches/x/parts/a%20b.ndjson',
  ],
] as const) {
  test(`a URL for an object in a bucket ${what} is signed as S3 reads it`, async () => {
    const store = createS3Store({
      bucket: 'my-bucket',
      prefix: 'store',
      region: 'eu-west-1',
      credentials,
      ...more,
    });
    const url = new URL((await store.presign?.('batches/x/parts/a b.ndjson', 3_600)) ?? '');
    assert.equal(`${url.origin}${url.pathname}`, address);
    assert.equal(url.searchParams.get('X-Amz-Expires'), '3600');
    assert.equal(url.searchParams.get('X-Amz-Security-Token'), credentials.sessionToken);
    assert.equal(url.searchParams.get('X-Amz-Signature'), signatureOf(url));
    assert.doesNotMatch(url.href, /secret/);
    await assert.rejects(async () => store.presign?.('../x', 1), { name: 'ForbiddenReferenceError' });
  });
}
