import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { priceOf } from '../../cli/report/price.ts';
import type { Run } from '../../view/index.ts';
import { droste, makeFolder, SAMPLES } from './support/droste.ts';

/** The run that lies in a report. */
const runIn = (file: string): Run => {
  const [, data = ''] = /id="data">([^<]*)</.exec(readFileSync(file, 'utf8')) ?? [];
  return JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString());
};

test('--report and --trace draw the sample pictures’ run, with its tree, previews, cost and truth', async (t) => {
  const folder = makeFolder(t);
  const [report, trace, truth] = ['run.html', 'run.json', 'truth.csv'].map((name) => join(folder, name));
  writeFileSync(truth ?? '', 'picture,class\nblack-cat.avif,black\n"lemon.jpg","brown"\n');
  const files = ['--report', report ?? '', '--trace', trace ?? '', '--truth', truth ?? ''];
  const { code, stdout } = await droste(['classify', ...files, '--json']);
  assert.equal(code, 0);
  const { items, invocations, counts, cost, elapsedMs } = runIn(report ?? '');
  assert.equal(items.length, 24);
  assert.equal(invocations.filter(({ outcome }) => outcome === 'answered').length, counts.invocations);
  assert.ok(counts.depth === 2 && invocations.some(({ path }) => path.split('.').length === 3));
  for (const { span, ownWork } of invocations) {
    for (const [start, end] of [span, ...ownWork]) assert.ok(0 <= start && start <= end && end <= elapsedMs);
  }
  const paths = new Set(invocations.map(({ path }) => path));
  for (const { name, paths: [path] = [], preview = '', answers, steps = {} } of items) {
    assert.deepEqual(Object.keys(steps), ['fetch', 'decode', 'infer']);
    for (const [start, end] of Object.values(steps))
      assert.ok(0 <= start && start <= end && end <= elapsedMs + 1);
    assert.ok(path !== undefined && paths.has(path), name);
    const bytes = Buffer.from(preview, 'base64');
    assert.ok(bytes.length > 0 && bytes.length <= 3 * 1024 && bytes.toString('latin1', 8, 12) === 'WEBP');
    assert.equal(answers[0]?.tags.length, 5);
  }
  const truthOf = (name: string) => items.find((item) => item.name.endsWith(name))?.truth;
  assert.deepEqual(['black-cat.avif', 'lemon.jpg', 'frog.avif'].map(truthOf), ['black', 'brown', undefined]);
  assert.ok(cost !== undefined && cost.usd > 0 && cost.about === 'would cost on AWS');
  assert.match(stdout, /"receipt":\{"path":"0\./);
  assert.doesNotMatch(stdout, /"preview"/);
  const { traceEvents } = JSON.parse(readFileSync(trace ?? '', 'utf8'));
  assert.equal(
    traceEvents.filter(({ ph, tid }: { ph: string; tid: number }) => ph === 'X' && tid === 1).length,
    counts.invocations,
  );
  assert.deepEqual(readdirSync(folder).sort(), ['run.html', 'run.json', 'truth.csv'], 'nothing half written');
});

test('the README’s command draws the sample pictures, where it was typed', async (t) => {
  const folder = makeFolder(t);
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const [, command = ''] =
    /^npm (start -- --report out\.html)\b/m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  await promisify(execFile)('npm', ['--prefix', root, ...command.split(' ')], { cwd: folder });
  assert.deepEqual(readdirSync(folder), ['out.html']);
  const { items, counts } = runIn(join(folder, 'out.html'));
  assert.equal(items.filter(({ preview }) => preview !== undefined).length, 24);
  assert.ok(counts.invocations > 1);
});

test('a thumbnail run is drawn with its failures and without answers', async (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, '<img src=x>.jpg'), 'no picture');
  const report = join(folder, 'run.html');
  const inputs = [join(SAMPLES, 'lemon.jpg'), '<img src=x>.jpg'];
  const args = ['thumbnail', ...inputs, '--size', '20', '--out', 'thumbs', '--report', report];
  assert.equal((await droste(args, { cwd: folder })).code, 1);
  const { items } = runIn(report);
  assert.deepEqual(
    items.map(({ error, preview, answers }) => [error?.name, typeof preview, answers.length]),
    [
      [undefined, 'string', 0],
      ['UnsupportedImageError', 'undefined', 0],
    ],
  );
  assert.doesNotMatch(readFileSync(report, 'utf8'), /<img src=x>/);
});

test('a run of any function is drawn with what it says: tags where its results have some, else names and values', async (t) => {
  const report = join(makeFolder(t), 'run.html');
  const drawn = async (...args: readonly string[]) => {
    const [name = '', ...options] = args;
    const { code } = await droste(['run', name, join(SAMPLES, 'lemon.jpg'), ...options, '--report', report]);
    assert.equal(code, 0);
    return runIn(report);
  };
  const classified = await drawn('classify', '-O', 'topK=3', '--truth', 'folder');
  assert.equal(classified.items[0]?.truth, 'pictures');
  assert.equal(classified.items[0]?.answers[0]?.tags.length, 3);
  assert.equal(classified.invocations.length, 1);
  // the cold start is billed, and no bar is as long as it
  const [
    {
      span: [from, to],
    } = { span: [0, 0] },
  ] = classified.invocations;
  assert.ok((classified.cost?.usd ?? 0) > priceOf(to - from, 1));
  assert.equal(classified.cost?.withColdStarts, true);
  const { items } = await drawn('thumbnail', '-O', 'size=20');
  assert.match(items[0]?.answers[0]?.text ?? '', /^uri inline, width 20, height \d+, bytes \d+/);
  assert.ok((items[0]?.answers[0]?.text ?? '').length <= 200);
});

test('several functions over one batch are drawn in one report: their answers side by side, their trees', async (t) => {
  const folder = makeFolder(t);
  const [report, trace, reply] = ['run.html', 'run.json', 'reply.json'].map((name) => join(folder, name));
  const pictures = ['lemon.jpg', 'frog.avif', 'sunset.webp'].map((name) => join(SAMPLES, name));
  writeFileSync(join(folder, 'bad.jpg'), 'no picture');
  const thumbs = 'thumbs={"function":"thumbnail","options":{"size":20}}';
  const files = ['--report', report ?? '', '--trace', trace ?? '', '--max-work', '1', '--slots', '2'];
  const { code, stdout } = await droste([
    ...['run', 'orchestrate', ...pictures, join(folder, 'bad.jpg'), '-O', 'labels=classify', '-O', thumbs],
    ...[...files, '--json'],
  ]);
  assert.equal(code, 1);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(Object.keys(lines[0].results), ['labels', 'thumbs']);
  assert.match(lines[3].error.message, /^labels: /);
  const { items, invocations, counts, roots } = runIn(report ?? '');
  assert.deepEqual(
    items.map(({ answers }) => answers.map(({ model, tags }) => [model, tags.length > 0])),
    [
      ...pictures.map(() => [
        ['labels', true],
        ['thumbs', false],
      ]),
      [],
    ],
  );
  const paths = new Set(invocations.map(({ path }) => path));
  for (const item of items) {
    assert.deepEqual(
      item.paths?.map((path) => [path.split('.')[0], paths.has(path)]),
      [
        ['labels', true],
        ['thumbs', true],
      ],
    );
  }
  assert.equal(invocations.filter(({ outcome }) => outcome === 'answered').length, counts.invocations);
  assert.equal(roots.length, 2);
  const { traceEvents } = JSON.parse(readFileSync(trace ?? '', 'utf8'));
  for (const step of ['decode', 'infer']) {
    assert.ok(
      traceEvents.some(({ name }: { name: string }) => name === step),
      step,
    );
  }

  // the same of orchestrate's own reply, and of the lines
  const span = [1_000, 1_100];
  const receipts = [
    {
      path: '0',
      attempt: 0,
      environment: 'e',
      cold: true,
      span,
      ownWork: [span],
      items: 1,
      outcome: 'answered',
    },
  ];
  const summary = {
    items: 1,
    invocations: 1,
    depth: 0,
    throttled: 0,
    retried: 0,
    rootRequestId: 'r',
    receipts,
  };
  const said = (results: unknown) => ({
    results: [{ image: 'a.jpg', results, receipt: { path: '0' } }],
    summary,
  });
  writeFileSync(
    reply ?? '',
    JSON.stringify({ labels: said(lines[0].results.labels), thumbs: said({ thumbnail: {} }) }),
  );
  const out = join(folder, 'again.html');
  assert.equal((await droste(['report', reply ?? '', '--out', out])).code, 0);
  const again = runIn(out);
  assert.deepEqual(
    again.invocations.map(({ path, span: at }) => [path, at]),
    [
      ['labels', [0, 100]],
      ['thumbs', [0, 100]],
    ],
  );
  assert.deepEqual(
    again.items[0]?.answers.map(({ model }) => model),
    ['labels', 'thumbs'],
  );
  assert.deepEqual(again.items[0]?.paths, ['labels', 'thumbs']);
  const streamed = [{ ...said(lines[0].results.labels).results[0], index: 0 }, { summary }];
  writeFileSync(reply ?? '', streamed.map((each) => `${JSON.stringify(each)}\n`).join(''));
  assert.equal((await droste(['report', reply ?? '', '--out', out])).code, 0);
  const drawn = runIn(out);
  assert.deepEqual(
    [drawn.items.length, drawn.invocations.map(({ path, span: at }) => [path, at])],
    [1, [['0', [0, 100]]]],
  );
  assert.deepEqual([drawn.cost?.withColdStarts, drawn.cost?.usd], [false, priceOf(100, 1)]);
  writeFileSync(reply ?? '', stdout);
  assert.equal((await droste(['report', reply ?? '', '--out', out])).code, 0);
  assert.deepEqual(
    runIn(out).items.map(({ answers, error }) => [answers.length, error?.name]),
    [
      [2, undefined],
      [2, undefined],
      [2, undefined],
      [0, 'UnsupportedImageError'],
    ],
  );
});

test('files of a report that cannot be are named before anything is started', async (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'truth.csv'), 'lemon.jpg\n');
  for (const [args, message] of [
    [
      ['--report', join(folder, 'no', 'run.html')],
      /--report: expected a file in a folder that can be written: ENOENT/,
    ],
    [['--truth', 'folder'], /--truth is shown in a report: expected --report beside it/],
    [
      ['--report', join(folder, 'run.html'), '--truth', join(folder, 'truth.csv')],
      /truth\.csv:1: expected picture,class, received "lemon\.jpg"/,
    ],
  ] as const) {
    const { code, stdout, stderr } = await droste(['classify', 'lemon.jpg', ...args]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
  }
});

test('a report that cannot be written in the end fails the command, and keeps its results', async (t) => {
  const folder = makeFolder(t);
  const { code, stdout, stderr } = await droste(['classify', 'lemon.jpg', '--json', '--report', folder]);
  assert.equal(code, 1);
  assert.match(stdout, /lemon\.jpg/);
  assert.match(stderr, /error: .*: expected to write it, received /);
});

test('droste report draws results that are there already, says what stopped them, and names a line that is none', async (t) => {
  const folder = makeFolder(t);
  const [results, out] = [join(folder, 'results.ndjson'), join(folder, 'run.html')];
  writeFileSync(join(folder, 'bad.jpg'), 'no picture');
  const inputs = [join(SAMPLES, 'lemon.jpg'), join(folder, 'bad.jpg')];
  const { stdout } = await droste(['classify', ...inputs, '--json']);
  writeFileSync(results, stdout);
  const { code, stderr } = await droste(['report', results, '--out', out, '--truth', 'folder']);
  assert.deepEqual([code, stderr], [0, `${out}: 2 pictures\n`]);
  const { items, invocations, elapsedMs } = runIn(out);
  assert.deepEqual([invocations, elapsedMs], [[], 0]);
  assert.deepEqual(
    items.map(({ error, preview, truth, answers }) => [error?.name, typeof preview, truth, answers.length]),
    [
      [undefined, 'string', 'pictures', 1],
      ['UnsupportedImageError', 'undefined', folder.split('/').at(-1), 0],
    ],
  );
  const last = {
    error: { name: 'DeadlineExceededError', message: 'too late', index: 2 },
    rootRequestId: 'r-1',
  };
  writeFileSync(results, `${stdout}${JSON.stringify(last)}\n`);
  const stopped = await droste(['report', results, '--out', out]);
  const why = 'DeadlineExceededError: too late';
  assert.deepEqual(
    [stopped.code, stopped.stderr],
    [0, `${out}: 2 pictures, then it was stopped by ${why}\n`],
  );
  assert.deepEqual(
    [runIn(out).items.length, runIn(out).facts, runIn(out).roots],
    [2, [['stopped by', why]], ['r-1']],
  );
  writeFileSync(results, `${JSON.stringify(last)}\n${stdout}`);
  assert.equal((await droste(['report', results, '--out', out])).code, 2);
  writeFileSync(results, `${stdout}{"image":\n`);
  const refused = await droste(['report', results, '--out', out]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /results\.ndjson:3: expected a result as JSON, received "\{\\"image\\":"/);
});
