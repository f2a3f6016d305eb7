import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { DrosteError, nameSome, nameUrl, quote, withoutSecrets } from '../../platform/index.ts';

test('what was received is quoted as JSON, told by its keys, or by its kind', () => {
  assert.equal(quote('a "b"\n'), '"a \\"b\\"\\n"');
  assert.equal(quote(undefined), 'nothing');
  assert.equal(quote(null), 'null');
  assert.equal(quote(1.5), '1.5');
  assert.equal(quote([1]), 'an array');
  assert.equal(quote({}), 'an object with keys (none)');
  assert.equal(quote({ a: 1, b: 2 }), 'an object with keys a, b');
});

test('a quotation is short, on one line and without control characters, whatever it is of', () => {
  fc.assert(
    fc.property(
      fc.anything({ maxDepth: 1 }),
      fc.string({ maxLength: 5_000, unit: 'binary' }),
      (value, text) => {
        for (const each of [quote(value), quote(text), quote({ [text]: 1 })]) {
          assert.ok(each.length < 1_000, `${each.length} characters`);
        }
        assert.doesNotMatch(quote(text), /\p{Cc}/u);
      },
    ),
  );
});

test('a long text is cut, and its length told', () => {
  assert.equal(quote('x'.repeat(100), 3), '"xxx"… (100 characters)');
});

test('a URL keeps no query, password or fragment', () => {
  const url = 'https://user:word@bucket.s3.amazonaws.com/list.txt?X-Amz-Signature=secret#part';
  for (const told of [quote(url), nameUrl(url), withoutSecrets(url), quote(url.toUpperCase())]) {
    assert.doesNotMatch(told, /secret|word|part/i);
    assert.match(told, /list\.txt\?…/i);
  }
  assert.equal(withoutSecrets('https://a b/?token=secret'), 'https:…');
  assert.equal(withoutSecrets('s3://bucket/key?with=question'), 's3://bucket/key?with=question');
});

test('of many names a few are told, and how many more there are', () => {
  assert.equal(nameSome([]), '(none)');
  assert.equal(nameSome(['a', 'b']), 'a, b');
  assert.equal(
    nameSome(Array.from({ length: 20 }, (_, at) => `${at}`)),
    '0, 1, 2, 3, 4, 5, 6, 7 and 12 more',
  );
});

test('no message of ours is longer than 16,384 characters and a note', () => {
  assert.ok(new DrosteError('x'.repeat(10_000_000)).message.length < 16_500);
});

test('every message that says what was received quotes it so', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const files = globSync('{platform,engine,images,functions,client,local,planner,infra,cli,models}/**/*.ts', {
    cwd: root,
  });
  const unbounded = files.filter((file) =>
    // the reference of a picture is made short by itself
    /received \$\{JSON\.stringify\((?!redactReference)/.test(readFileSync(`${root}${file}`, 'utf8')),
  );
  assert.ok(files.length > 300);
  assert.deepEqual(unbounded, []);
});
