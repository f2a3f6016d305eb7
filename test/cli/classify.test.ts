import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import sharp from 'sharp';
import { droste, drosteProcess, MAIN, makeFolder, parseLines, SAMPLES } from './support/droste.ts';

const urlOf = (name: string): string => pathToFileURL(join(SAMPLES, name)).href;

test('without inputs it shows the sample pictures, as a tree of depth 2, and says how', async () => {
  const { code, stdout, stderr } = await drosteProcess(['classify'], { cwd: join(SAMPLES, '../..') });
  assert.equal(code, 0);
  const rows = stdout.trimEnd().split('\n');
  assert.equal(rows.length, 25);
  assert.match(rows[0] ?? '', /^picture +tags \(basic-colours\)$/);
  assert.match(
    rows[1] ?? '',
    /^examples\/pictures\/black-cat\.avif +black +\d+\.\d% +\S+ +\d+\.\d% +\S+ +\d+\.\d%$/,
  );
  assert.match(
    stderr,
    /^ {2}droste classify examples\/pictures --max-work 2 --parallel 3 --slots 12 --concurrency 4$/m,
  );
  assert.match(
    stderr,
    /^24 pictures, 0 failures, \d+ invocations, depth 2, [1-9] cold starts?, [1-4] slots?, \d+\.\d s, [\d.]+ pictures\/s, \$0\.0\d+ on AWS$/m,
  );
});

test('the flags of the command line win over the shape of the demonstration', async () => {
  const args = ['classify', '--max-work', '24', '--concurrency', '1', '--slots', '1', '--json', '--top', '1'];
  const { code, stdout, stderr } = await droste(args);
  assert.equal(code, 0);
  assert.equal(parseLines(stdout).length, 24);
  assert.match(stderr, /--max-work 24 --parallel 3 --slots 1 --concurrency 1 --top 1 --format ndjson$/m);
  assert.match(stderr, /^24 pictures, 0 failures, 1 invocation, depth 1, /m);
});

test('NDJSON has the objects of the API, in the order of the inputs, five tags each, and nothing else', async (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'list.txt'), `# two\n${SAMPLES}frog.avif\n\n${urlOf('droste.png')}\n`);
  const inputs = ['sunset.webp', `@${join(folder, 'list.txt')}`, 'b*.jpg', '-', 'sunset.webp'];
  const { code, stdout } = await droste(['classify', '--json', ...inputs], { stdin: 'lemon.jpg\r\n' });
  assert.equal(code, 0);
  const lines = parseLines(stdout);
  const names = ['sunset.webp', 'frog.avif', 'droste.png', 'brown-bear.jpg', 'lemon.jpg', 'sunset.webp'];
  assert.deepEqual(
    lines.map(({ image }) => image),
    names.map(urlOf),
  );
  for (const line of lines) {
    assert.deepEqual(Object.keys(line), ['image', 'path', 'results']);
    assert.equal(line.results?.tags.length, 5);
  }
  assert.deepEqual(lines[0], lines.at(-1));
});

test('--top is how many tags there are, in the table too', async () => {
  const { stdout } = await droste(['classify', 'lemon.jpg', '--top', '1']);
  assert.match(stdout, /\nlemon\.jpg +white +60\.5%\n$/);
});

test('what the command line says of decoding reaches the model', async (t) => {
  const folder = makeFolder(t);
  const clear = Buffer.alloc(4 * 8 * 8).fill(Uint8Array.of(255, 0, 0, 0));
  await sharp(clear, { raw: { width: 8, height: 8, channels: 4 } }).toFile(join(folder, 'clear.png'));
  const best = async (...flags: readonly string[]) => {
    const { stdout } = await droste([
      'classify',
      join(folder, 'clear.png'),
      '--json',
      '--top',
      '1',
      ...flags,
    ]);
    return parseLines(stdout)[0]?.results?.tags[0]?.class;
  };
  assert.equal(await best(), 'white');
  assert.equal(await best('--alpha', 'drop', '--icc', 'ignore', '--no-exif', '--preprocess', 'exact'), 'red');
});

test('a model of embeddings answers vectors, as base64 or as an array', async (t) => {
  const folder = makeFolder(t);
  cpSync(join(SAMPLES, '../../models/basic-colours'), folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ output: 'embedding' }));
  const embedding = async (...flags: readonly string[]) => {
    const { stdout } = await droste(['classify', 'lemon.jpg', '--json', '--model', folder, ...flags]);
    return JSON.parse(stdout).results.embedding;
  };
  const array = await embedding('--embedding', 'array');
  assert.equal(array.length, 11);
  const bytes = Buffer.from(await embedding(), 'base64');
  assert.deepEqual(
    array.map(Math.fround),
    array.map((_: number, index: number) => bytes.readFloatLE(index * 4)),
  );
  const { stdout } = await droste(['classify', 'lemon.jpg', '--model', folder]);
  assert.match(stdout, /^lemon\.jpg +11 numbers of norm +0\.\d+$/m);
});

test('the log of the function is printed with --verbose only', async () => {
  const args = ['classify', 'lemon.jpg', '--json'];
  const hidden = await droste(args);
  assert.equal(hidden.stderr.split('\n').length, 2);
  const logged = await droste([...args, '--verbose']);
  assert.match(logged.stderr, /^environment [0-9a-f]{8}: \{"level":"INFO"/m);
  assert.match(logged.stderr, /^environment [0-9a-f]{8}: \d+ ms, at most [1-9]\d+ MB$/m);
  assert.doesNotMatch(logged.stderr, /CloudWatchMetrics/);
  const env = { MAX_PIXELS: 'many' };
  const shown = await droste([...args, '--verbose'], { env });
  assert.match(shown.stderr, /^environment [0-9a-f]{8}: ERROR\tInit Error/m);
});

test('environments have the memory that --memory says, by which a picture is admitted or refused', async (t) => {
  const cwd = makeFolder(t);
  const side = { create: { width: 6_000, height: 6_000, channels: 3 as const, background: '#204060' } };
  await sharp(side).png({ progressive: true }).toFile(join(cwd, 'interlaced.png'));
  const args = ['classify', 'interlaced.png', '--json', '--concurrency', '1'];
  assert.equal((await droste(args, { cwd })).code, 0);
  const { code, stdout } = await droste([...args, '--memory', '256'], { cwd });
  assert.equal(code, 1);
  assert.equal(JSON.parse(stdout).error.name, 'ImageTooLargeError');
});

test('s3:// is read with the credentials of whoever runs the command', async (t) => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url, request.headers.authorization);
    response.end(readFileSync(join(SAMPLES, 'lemon.jpg')));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { code, stdout } = await drosteProcess(['classify', '--json', 's3://bucket/a b.jpg'], {
    env: {
      HOME: makeFolder(t),
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-west-3',
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
  });
  assert.equal(code, 0);
  assert.equal(parseLines(stdout)[0]?.image, 's3://bucket/a b.jpg');
  assert.match(asked[0] ?? '', /^\/bucket\/a%20b\.jpg/);
  assert.match(asked[1] ?? '', /Credential=AKIDEXAMPLE\/\d+\/eu-west-3\/s3\//);
});

const ESCAPE = '\x1b';

const hasScript = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false;

test('on a terminal there is a progress bar, colour, and a table that fits', {
  skip: hasScript ? false : 'util-linux script is not here to make a terminal',
}, (t) => {
  const inTerminal = (env: Readonly<Record<string, string>>): string => {
    const command = `stty cols 60; ${process.execPath} ${MAIN} classify lemon.jpg gone.jpg`;
    const options = {
      cwd: SAMPLES,
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        TERM: 'xterm',
        ...env,
      },
      encoding: 'utf8',
    } as const;
    return spawnSync('script', ['-qec', command, join(makeFolder(t), 'log')], options).stdout;
  };
  const screen = inTerminal({});
  assert.match(screen, /░ 0% · 0 of 2/);
  assert.ok(screen.includes(`${ESCAPE}[31mgone.jpg`));
  const rows = stripVTControlCharacters(screen.slice(screen.indexOf('picture'))).split('\r\n');
  // the last line but one is the closing line, and no part of the table
  for (const row of rows.slice(0, -2)) assert.ok(row.length <= 60, row);
  assert.ok(!inTerminal({ NO_COLOR: '1' }).includes(`${ESCAPE}[31m`));
});

test('tags with too little confidence are left out', async () => {
  const tagsOf = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await droste(['classify', 'lemon.jpg', '--json', ...args]);
    assert.equal(code, 0, stderr);
    return parseLines(stdout)[0]?.results?.tags as readonly { readonly confidence: number }[];
  };
  const all = await tagsOf();
  const least = all[1]?.confidence ?? 0;
  assert.ok(all.length > 2 && (all[2]?.confidence ?? 1) < least);
  assert.deepEqual(await tagsOf('--min-confidence', String(least)), all.slice(0, 2));
  assert.deepEqual(await tagsOf('--min-confidence', '1'), []);
  const { code, stderr } = await droste(['classify', '--min-confidence', '50']);
  assert.equal(code, 2);
  assert.match(stderr, /Expected a number from 0 to 1/);
});

test('any function of the registry runs by its name, with its own options', async () => {
  const picture = 'lemon.jpg';
  const run = (...args: readonly string[]) => droste(['run', ...args]);
  const { code, stdout, stderr } = await run('classify', picture, '-O', 'topK=1', '--json');
  assert.equal(code, 0, stderr);
  assert.equal(parseLines(stdout)[0]?.results?.tags.length, 1);
  const thumbs = 'thumbs={"function":"thumbnail","options":{"size":20}}';
  const both = await run('orchestrate', picture, '-O', 'labels=classify', '-O', thumbs);
  assert.match(
    both.stdout,
    /^lemon\.jpg +labels: white \d+\.\d%, yellow .*; thumbs: uri inline, width 20, height \d+, bytes \d+, format jpeg$/m,
  );
  for (const [args, message] of [
    [
      ['nobody', picture],
      /expected a function over pictures \(classify, thumbnail, orchestrate\), received "nobody"/,
    ],
    [
      ['classify', picture, '-O', 'top=1'],
      /--option: expected name=value with one of topK, .* received "top=1"/,
    ],
    [['classify', picture, '-O', 'topK=500'], /^error: options\.topK: Too big: .*, received 500$/m],
    [
      ['thumbnail', picture, '-O', 'size=5', '-O', 'width=5'],
      /options: expected one of size, .* received size and/,
    ],
    [
      ['orchestrate', picture, '-O', 'labels={"function":"classify","options":{"top":5}}'],
      /--option: labels: options: unknown top; expected one of .*topK/,
    ],
    [
      ['orchestrate', picture, '-O', 'small={"function":"thumbnail","options":{"size":-1}}'],
      /--option: small: options\.size: /,
    ],
  ] as const) {
    const refused = await run(...args);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, message);
  }
});

test('several models answer each picture by their names, and are refused as folders or twice', async (t) => {
  const models = makeFolder(t);
  for (const name of ['one', 'two']) {
    cpSync(join(SAMPLES, '../../models/basic-colours'), join(models, name), { recursive: true });
  }
  const env = { MODELS_DIRECTORY: models };
  const { code, stdout, stderr } = await droste(
    ['classify', 'lemon.jpg', '-m', 'one', '-m', 'two', '--json'],
    { env },
  );
  assert.equal(code, 0, stderr);
  assert.deepEqual(Object.keys(JSON.parse(stdout).results), ['one', 'two']);
  const folder = await droste(['classify', 'lemon.jpg', '-m', 'one', '-m', join(models, 'two')], { env });
  assert.equal(folder.code, 2);
  assert.match(folder.stderr, /--model: expected names of models .* received \/.*two/);
  const twice = await droste(['classify', 'lemon.jpg', '-m', 'one', '-m', 'one'], { env });
  assert.match(twice.stderr, /--model: expected each model once, received one twice/);
});
