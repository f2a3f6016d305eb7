import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { pngBomb } from './support/broken-files.ts';
import { droste, makeFolder, parseLines, type ResultLine, SAMPLES } from './support/droste.ts';
import { servePictures } from './support/picture-server.ts';

const picture = readFileSync(join(SAMPLES, 'lighthouse.jpg'));

/** Every kind of picture that is none, and what is said of it. */
const files: readonly (readonly [string, Buffer | string | undefined, string, RegExp])[] = [
  ['missing.jpg', undefined, 'ImageFetchError', /missing\.jpg: there is no such file/],
  ['page.jpg', '<!doctype html><title>Sign in</title>', 'UnsupportedImageError', /received HTML/],
  ['empty.jpg', '', 'UnsupportedImageError', /received 0 bytes/],
  ['cut.jpg', picture.subarray(0, picture.length / 2), 'ImageDecodeError', /corrupt or truncated/],
  ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'UnsupportedImageError', /svg/i],
  ['bomb.png', pngBomb(65_536, 65_536), 'ImageTooLargeError', /\(MAX_PIXELS\), received 65536×65536/],
];

test('each bad picture has an error of its own that names it, and every other picture is answered', async (t) => {
  const folder = makeFolder(t);
  const server = await servePictures(t);
  for (const [name, content] of files) if (content !== undefined) writeFileSync(join(folder, name), content);
  const urls: readonly (readonly [string, string, RegExp])[] = [
    [`${server.origin}/missing`, 'ImageFetchError', /received 404/],
    ['https://10.0.0.1/a.jpg', 'ForbiddenReferenceError', /address is private/],
    ['ftp://example.org/a.jpg', 'InvalidRequestError', /Expected an image reference/],
  ];
  const good = [join(SAMPLES, 'lemon.jpg'), `${server.origin}/picture`];
  const inputs = [good[0], ...files.map(([name]) => name), ...urls.map(([url]) => url), good[1]] as string[];

  const { code, stdout, stderr } = await droste(['classify', '--json', '--http', ...inputs], { cwd: folder });

  assert.equal(code, 1);
  const lines = parseLines(stdout);
  const expected = [
    ...files.map(([name, , error, message]) => [pathToFileURL(join(folder, name)).href, error, message]),
    ...urls,
  ] as readonly (readonly [string, string, RegExp])[];
  const [first, ...rest] = lines;
  const last = rest.pop();
  assert.deepEqual(
    rest.map(({ image, error }) => [image, error?.name]),
    expected.map(([image, name]) => [image, name]),
  );
  rest.forEach(({ image, error }, index) => {
    assert.match(error?.message ?? '', expected[index]?.[2] ?? /never/);
    assert.ok(error?.message.includes(image), `${error?.message} names ${image}`);
  });
  const best = (line: ResultLine | undefined) => line?.results?.tags.map((tag) => tag.class).slice(0, 2);
  assert.deepEqual(
    [best(first), best(last)],
    [
      ['white', 'yellow'],
      ['white', 'yellow'],
    ],
  );
  assert.match(stderr, /^11 pictures, 9 failures, /);
});

test('a picture that does not come in time is a failure that names it and the limit', async (t) => {
  const { origin } = await servePictures(t);
  const env = { FETCH_TIMEOUT_MS: '1000' };
  const { code, stdout } = await droste(['classify', '--json', '--http', `${origin}/held`], { env });
  assert.equal(code, 1);
  const [{ error } = { error: undefined }] = parseLines(stdout);
  assert.equal(error?.name, 'ImageFetchError');
  assert.match(error.message, new RegExp(`${origin}/held within 1000 ms`));
});

test('the table says what failed in its row, by the name that was typed', async (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'empty.jpg'), '');
  const { code, stdout } = await droste(['classify', 'gone.png', 'empty.jpg', join(SAMPLES, 'lemon.jpg')], {
    cwd: folder,
  });
  assert.equal(code, 1);
  const [, gone, empty, lemon] = stdout.split('\n');
  assert.match(gone ?? '', /^gone\.png +ImageFetchError: Could not read gone\.png: there is no such file$/);
  assert.match(empty ?? '', /^empty\.jpg +UnsupportedImageError: .*0 bytes$/);
  assert.match(lemon ?? '', /lemon\.jpg +white +60\.5% +yellow/);
});

test('http:// is refused unless it is allowed', async (t) => {
  const { origin } = await servePictures(t);
  const { code, stdout } = await droste(['classify', '--json', `${origin}/picture`]);
  assert.equal(code, 1);
  assert.equal(parseLines(stdout)[0]?.error?.name, 'ForbiddenReferenceError');
});

test('under --on-error raise the first failure stops the run, and what is done is printed', async (t) => {
  const { origin } = await servePictures(t);
  // the one that fails is asked for once the first is answered: one environment, one picture each
  const inputs = [join(SAMPLES, 'lemon.jpg'), 'gone.jpg', `${origin}/held`];
  const shape = ['--max-work', '1', '--concurrency', '1'];
  const args = ['classify', '--json', '--http', '--on-error', 'raise', ...shape, ...inputs];
  const { code, stdout, stderr } = await droste(args);
  assert.equal(code, 1);
  assert.deepEqual(
    parseLines(stdout).map(({ image }) => image),
    [pathToFileURL(join(SAMPLES, 'lemon.jpg')).href],
  );
  const [error, closing] = stderr.split('\n');
  assert.match(
    error ?? '',
    /^error: ImageFetchError: Could not read file:.*gone\.jpg: there is no such file$/,
  );
  assert.match(closing ?? '', /^stopped: 1 of 3 pictures, 1 failure, /);
});
