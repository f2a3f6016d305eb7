import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { describeReference, redactReference } from '../../images/describe-reference.ts';
import { nameReference, parseReference } from '../../images/reference.ts';

const data = `data:image/png;base64,${'iVBORw0KGgoA'.padEnd(5000, 'A')}`;

suite('describing references', () => {
  test('a reply repeats the reference as the caller wrote it', () => {
    for (const text of ['https://host/a.jpg?token=secret', 's3://bucket/a b?c', 'file:///a', 'nonsense']) {
      assert.equal(describeReference(text), text);
    }
  });

  test('a data URI is cut to its head, in replies and in messages', () => {
    for (const describe of [describeReference, redactReference]) {
      assert.equal(describe(data), 'data:image/png;base64,iVBORw0KGgoA… (5022 characters)');
      assert.ok(describe(`data:${'x'.repeat(100_000)}`).length < 400);
    }
  });

  test('anything long is cut', () => {
    assert.ok(describeReference('x'.repeat(1_000_000)).length < 5000);
    assert.ok(redactReference(`https://host/${'x'.repeat(1_000_000)}`).length < 400);
  });

  test('messages and logs get no user name, password, query or fragment', () => {
    const shown = redactReference(
      'https://user:hunter2@host:8443/a/b@2x.jpg?X-Amz-Signature=hunter2#hunter2',
    );
    assert.equal(shown, 'https://host:8443/a/b@2x.jpg?…');
  });

  test('nor do they where the text is no valid URL', () => {
    for (const text of [
      'https://user:hunter2@exa mple/',
      'user:hunter2@host',
      'http:\\\\u:hunter2@h',
      '//h?k=hunter2',
    ]) {
      assert.ok(!redactReference(text).includes('hunter2'), text);
    }
  });

  test('messages and logs get no line of a file that is no list of references', () => {
    for (const text of ['root:$6$hunter2:19000::', '{"key": "hunter2"', 'hunter2,b', 'hunter2']) {
      assert.equal(redactReference(text), `text of ${text.length} characters`);
    }
    assert.equal(redactReference('photos/cat.JPG'), 'photos/cat.JPG');
  });

  test('a question mark in an S3 key is part of the key', () => {
    assert.equal(redactReference('s3://bucket/what?.jpg'), 's3://bucket/what?.jpg');
  });

  test('control characters cannot forge a line of log', () => {
    assert.ok(!/[\n\r]/.test(redactReference('s3://bucket/a\nINFO all is well\r')));
  });

  test('a parsed reference has the same name as its text', () => {
    for (const text of ['https://host/a.jpg?token=1', 's3://bucket/key', 'file:///a/b.png', data]) {
      assert.equal(nameReference(parseReference(text)), redactReference(text));
    }
  });
});
