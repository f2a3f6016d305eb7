import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError } from '../../../platform/errors.ts';
import { openStore } from '../../../platform/storage/open-store.ts';
import { readPlace } from '../../../platform/storage/place.ts';

test('places are S3 prefixes and folders by their URLs, and nothing else', async () => {
  assert.deepEqual(readPlace('s3://bucket/a/b'), { kind: 's3', bucket: 'bucket', key: 'a/b' });
  assert.deepEqual(readPlace('s3://bucket'), { kind: 's3', bucket: 'bucket', key: '' });
  assert.deepEqual(readPlace('file:///a%20b'), { kind: 'folder', path: '/a b' });
  for (const url of [
    '',
    'thumbs',
    's3://',
    's3:///key',
    's3://no',
    's3://Bucket/key',
    'https://host/x',
    'file://host/x',
    'file:x',
    'file:///%2f',
  ]) {
    assert.equal(readPlace(url), undefined, url);
    await assert.rejects(openStore(url), ConfigurationError);
  }
});

test('a key in S3 is literal', () => {
  for (const key of ['a//b', 'a b', '%20', 'what?', 'two\nlines', '/slash'])
    assert.deepEqual(readPlace(`s3://bucket/${key}`), { kind: 's3', bucket: 'bucket', key });
});
