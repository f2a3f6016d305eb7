import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import sharp from 'sharp';
import type { Thumbnails } from '../../../functions/thumbnail/thumbnail.ts';
import { droste, drosteProcess, makeFolder } from '../../cli/support/droste.ts';
import { startS3Loopback } from '../../platform/storage/s3-loopback.ts';

const results = (stdout: string): readonly { image: string; results: Thumbnails }[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

suite('droste thumbnail', { concurrency: 2 }, () => {
  test('writes thumbnails into a folder and says where they are', async (t) => {
    const folder = makeFolder(t);
    const args = ['thumbnail', '*.jpg', 'gone.jpg', '--size', '75', '--out', join(folder, 'thumbs')];
    const { code, stdout, stderr } = await droste(args);
    assert.equal(code, 1);
    assert.match(stdout, /^picture +thumbnail \(.*thumbs\)\n/);
    assert.match(stdout, /\nlemon\.jpg +75×56 +\d\.\d kB {2}lemon-[0-9a-f]{16}-75x56\.jpg\n/);
    assert.match(stdout, /\ngone\.jpg +ImageFetchError: .*no such file/);
    assert.match(stderr, /^7 pictures, 1 failure, \d+ invocations?, depth 1, /m);
    const files = readdirSync(join(folder, 'thumbs'));
    assert.equal(files.length, 6);
    for (const file of files) {
      const {
        width = 0,
        height = 0,
        format,
      } = await sharp(readFileSync(join(folder, 'thumbs', file))).metadata();
      assert.deepEqual([Math.max(width, height), format], [75, 'jpeg']);
    }
  });

  test('keeps what is there, unless it is to be made again', async (t) => {
    const folder = makeFolder(t);
    const run = async (...more: readonly string[]) => {
      const { code, stderr } = await droste([
        'thumbnail',
        'lemon.jpg',
        '--size',
        '20',
        '--out',
        folder,
        ...more,
      ]);
      assert.equal(code, 0, stderr);
      const [name = ''] = readdirSync(folder);
      return statSync(join(folder, name)).ino;
    };
    const made = await run();
    assert.equal(await run(), made);
    assert.notEqual(await run('--remake'), made);
  });

  test('takes several sizes, and every other option', async (t) => {
    const folder = makeFolder(t);
    const options = [
      '--fit',
      'cover',
      '--format',
      'webp',
      '--quality',
      '60',
      '--background',
      '#123',
      '--enlarge',
    ];
    const args = ['thumbnail', 'lemon.jpg', '--size', '40,8', '--out', folder, '--json', ...options];
    const { code, stdout } = await droste([...args, '--concurrency', '1', '--slots', '1']);
    assert.equal(code, 0);
    const [line] = results(stdout);
    assert.ok(line && 'thumbnails' in line.results);
    assert.deepEqual(
      line.results.thumbnails.map(({ width, height, format }) => [width, height, format]),
      [
        [40, 40, 'webp'],
        [8, 8, 'webp'],
      ],
    );
  });

  test('a picture may follow the size', async () => {
    const args = ['thumbnail', '--size', '8', 'lemon.jpg', '--json', '-s', '4,2', 'frog.avif'];
    const { code, stdout, stderr } = await droste(args);
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      results(stdout).map((line) => 'thumbnails' in line.results && line.results.thumbnails.length),
      [3, 3],
    );
  });

  test('answers small ones inline with --json', async () => {
    const raw = ['--width', '4', '--height', '2', '--fit', 'fill', '--format', 'raw', '--channels', '1'];
    const { code, stdout } = await droste(['thumbnail', 'lemon.jpg', '--json', ...raw]);
    assert.equal(code, 0);
    const [line] = results(stdout);
    assert.ok(line && 'thumbnail' in line.results);
    const { uri, ...facts } = line.results.thumbnail;
    assert.deepEqual(facts, { width: 4, height: 2, bytes: 8, format: 'raw', channels: 1 });
    assert.match(uri, /^data:application\/octet-stream;base64,/);
  });

  test('puts them into S3 with the credentials of whoever runs it', async (t) => {
    const s3 = await startS3Loopback();
    t.after(s3.close);
    const env = {
      HOME: makeFolder(t),
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-west-3',
      AWS_ENDPOINT_URL_S3: s3.endpoint,
    };
    const { code, stderr } = await drosteProcess(
      ['thumbnail', 'lemon.jpg', '--size', '10', '--out', 's3://bucket/thumbs'],
      { env },
    );
    assert.equal(code, 0, stderr);
    const [key = '', object] = [...s3.objects][0] ?? [];
    assert.match(key, /\/thumbs\/lemon-[0-9a-f]{16}-10x8\.jpg$/);
    assert.equal(object?.headers['content-type'], 'image/jpeg');
  });

  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [['lemon.jpg', '--out', 'x'], /expected one of size, sizes, or width and height, received none/],
    [['lemon.jpg', '--size', '8', '--width', '8', '--out', 'x'], /received size and width or height/],
    [['lemon.jpg', '--size', '8'], /--out: expected a folder or s3:/],
    [['lemon.jpg', '--size', '8', '--out', 'https://host/x'], /--out: expected a folder/],
    [['lemon.jpg', '--size', '0', '--out', 'x'], /whole number from 1 to 4096/],
    [['lemon.jpg', '--size', '8', '--fit', 'stretch', '--out', 'x'], /Allowed choices are cover/],
    [['lemon.jpg', '--size', '8', '--format', 'gif', '--out', 'x'], /Allowed choices are jpeg/],
    [['lemon.jpg', '--size', '8', '--format', 'png', '--quality', '8', '--out', 'x'], /png is lossless/],
    [['lemon.jpg', '--size', '8', '--quality', '101', '--out', 'x'], /whole number from 1 to 100/],
    [['lemon.jpg', '--size', '8', '--background', 'red', '--out', 'x'], /--background: expected a colour/],
    [['lemon.jpg', '--size', '8', '--channels', '1', '--out', 'x'], /channels are of raw/],
    [['gone.png', '--size', '8', '--out', 'x', '*.bmp'], /\*\.bmp: expected a pattern that matches/],
    [['--size', '8', '--out', 'x'], /expected|missing/i],
  ];
  test('says what is wrong before it starts anything', async (t) => {
    const folder = makeFolder(t);
    for (const [args, message] of refused) {
      const files = args.map((arg) => (arg === 'x' ? join(folder, 'x') : arg));
      const { code, stdout, stderr } = await droste(['thumbnail', ...files]);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, message);
    }
    assert.ok(!existsSync(join(folder, 'x')));
    writeFileSync(join(folder, 'file'), '');
    const onFile = await droste(['thumbnail', 'lemon.jpg', '--size', '20', '--out', join(folder, 'file')]);
    assert.equal(onFile.code, 2);
    assert.match(onFile.stderr, /^error: --out: expected a folder, or s3:/);
  });
});
