import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { parseReference } from '../../images/reference.ts';
import { DrosteError } from '../../platform/errors.ts';

suite('parseReference', () => {
  test('https and http URLs are web references', () => {
    for (const text of [
      'https://example.com/a%20cat.jpg?w=1#x',
      'http://example.com:8080/',
      'HTTPS://Example.com/',
    ]) {
      const reference = parseReference(text);
      assert.equal(reference.kind, 'web');
      assert.equal(reference.kind === 'web' && reference.url.href, new URL(text).href);
    }
  });

  test('an S3 key is literal: nothing is decoded, trimmed or cut', () => {
    for (const key of [
      'cat.jpg',
      'a/b/c',
      'a+b c',
      '50%25?.jpg',
      'a?versionId=1',
      '#1',
      'ünïcode/猫.png',
      '/slash',
      '../up',
      ' ',
    ]) {
      assert.deepEqual(parseReference(`s3://my-bucket.name/${key}`), {
        kind: 's3',
        bucket: 'my-bucket.name',
        key,
      });
    }
  });

  test('whatever the key, it comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (key) => {
        assert.deepEqual(parseReference(`s3://bucket/${key}`), { kind: 's3', bucket: 'bucket', key });
      }),
    );
  });

  test('a data URI is split at its first comma, and its base64 is left alone', () => {
    assert.deepEqual(parseReference('data:image/PNG;base64,AAAA'), {
      kind: 'data',
      mediaType: 'image/png',
      base64: 'AAAA',
    });
    assert.deepEqual(parseReference('data:image/svg+xml;charset=utf-8;base64,AA,A'), {
      kind: 'data',
      mediaType: 'image/svg+xml',
      base64: 'AA,A',
    });
  });

  test('a file URL becomes a path, percent-decoded', () => {
    assert.deepEqual(parseReference('file:///tmp/a%20cat.jpg'), { kind: 'file', path: '/tmp/a cat.jpg' });
  });

  test('anything else is refused, naming what was received and the accepted forms', () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['', /it is empty/],
      ['cat.jpg', /received "cat\.jpg": it begins with none of these/],
      ['/etc/passwd', /begins with none/],
      ['ftp://host/cat.jpg', /received "ftp:\/\/host\/cat\.jpg"/],
      ['gopher://host', /s3:\/\/bucket\/key/],
      [' https://example.com', /begins with none/],
      ['https:example.com', /begins with none/],
      ['https://', /not a valid URL/],
      ['https://exa mple.com/', /not a valid URL/],
      ['https://256.256.256.256/', /not a valid URL/],
      ['s3://bucket', /the object key is missing/],
      ['s3://bucket/', /the object key is missing/],
      ['s3:///key', /"" is not an S3 bucket name/],
      ['s3://Bucket/key', /"Bucket" is not an S3 bucket name/],
      ['s3://evil.com#/key', /is not an S3 bucket name/],
      ['s3://my..bucket/key', /"my\.\.bucket" is not an S3 bucket name/],
      ['data:image/png;base64', /the comma before the data is missing/],
      ['data:image/png,AAAA', /not marked ;base64/],
      ['data:text/html;base64,AAAA', /the media type is not image/],
      ['data:;base64,AAAA', /the media type is not image/],
      ['file://elsewhere/cat.jpg', /not a file URL of this machine/],
    ];
    for (const [text, message] of cases) {
      assert.throws(() => parseReference(text), { name: 'InvalidRequestError', message }, text);
      assert.throws(() => parseReference(text), { message: /Expected an image reference \(https:/ }, text);
    }
  });

  test('credentials in a URL are forbidden, and not repeated', () => {
    for (const text of [
      'https://user:hunter2@example.com/a.jpg',
      'https://hunter2@example.com/a.jpg?x=hunter2',
    ]) {
      assert.throws(
        () => parseReference(text),
        (error: Error) => error.name === 'ForbiddenReferenceError' && !error.message.includes('hunter2'),
      );
    }
  });

  test('no text does anything but parse or fail with a typed error', () => {
    const prefix = fc.constantFrom(
      '',
      'https://',
      'http://',
      's3://',
      'data:',
      'data:image/png;base64,',
      'file://',
    );
    fc.assert(
      fc.property(prefix, fc.string({ unit: 'binary' }), (head, tail) => {
        try {
          parseReference(head + tail);
        } catch (error) {
          assert.ok(error instanceof DrosteError);
        }
      }),
    );
  });
});
