import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import packageJson from '../../package.json' with { type: 'json' };
import { droste, drosteProcess, makeFolder } from './support/droste.ts';

/** Wrong command lines, and what is said of them. */
const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [['classify', '--modle', 'x'], /unknown option '--modle'\n\(Did you mean --model\?\)/],
  [['clasify'], /unknown command 'clasify'\n\(Did you mean classify\?\)/],
  [['classify', '--top', '0'], /--top <n>' argument '0' is invalid. Expected a whole number from 1 to 100/],
  [['classify', '--top', '101'], /argument '101' is invalid/],
  [['classify', '--top', '3.5'], /argument '3\.5' is invalid/],
  [['classify', '--concurrency', '0'], /'--concurrency <n>' argument '0' is invalid/],
  [['classify', '--slots', 'many'], /argument 'many' is invalid/],
  [
    ['classify', '--max-work', 'auto'],
    /argument 'auto' is invalid\. Here the command is the root: .*"droste plan" says/,
  ],
  [['classify', '--on-error', 'ignore'], /Allowed choices are collect, raise/],
  [
    ['classify', '--model', 'no-such-model'],
    /expected a name \(.*basic-colours.*\), a model's folder, .*"no-such-model"/,
  ],
  [['classify', '--model', './no/such/folder'], /there is no folder .*no\/such\/folder/],
  [['classify', '--model', 'https://example.org/model'], /"https:\/\/example.org\/model"/],
  [['classify', '--model', ''], /received ""$/m],
  [['classify', 'no-such-folder/'], /^error: no-such-folder\/: .* found nothing of this name$/m],
  [['classify', 'no-such-folder'], /^error: no-such-folder: /m],
  [['classify', '*.bmp'], /^error: \*\.bmp: .* it matches none/m],
  [
    ['classify', '@no-such-list.txt'],
    /^error: @no-such-list\.txt: expected a list that can be read: ENOENT/m,
  ],
  [['classify', '-'], /^error: -: expected a list of pictures on standard input/m],
  [['local', 'extra'], /too many arguments/],
];

for (const [args, message] of wrong) {
  test(`"droste ${args.join(' ')}" is a usage error: exit 2, and nothing on stdout`, async () => {
    const { code, stdout, stderr } = await droste(args);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, message);
  });
}

test('a model without a name lists the names there are, in the folder of models that is configured', async (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine', 'model.onnx'), '');
  const { code, stderr } = await droste(['classify', '--model', 'x'], { env: { MODELS_DIRECTORY: folder } });
  assert.equal(code, 2);
  assert.match(stderr, /expected a name \(mine\)/);
});

test('an empty folder and an empty list are usage errors that name them', async (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'list.txt'), '# nothing\n\n');
  const [inFolder, inList] = await Promise.all(
    ['empty', '@list.txt'].map((input) => droste(['classify', input], { cwd: folder })),
  );
  assert.equal(inFolder?.code, 2);
  assert.match(inFolder?.stderr ?? '', /^error: empty: expected pictures in this folder, found none/);
  assert.equal(inList?.code, 2);
  assert.match(inList?.stderr ?? '', /^error: @list\.txt: expected a list of pictures/);
});

test('s3:// without credentials is said before anything starts', async (t) => {
  const { code, stdout, stderr } = await drosteProcess(['classify', 's3://bucket/cat.jpg'], {
    env: { HOME: makeFolder(t) },
  });
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^error: s3:\/\/: expected AWS credentials \(AWS_PROFILE, /);
});

test('descriptions of commands are broken by the width there is, and nowhere else', async () => {
  for (const words of [['prune'], ['report'], ['job', 'start']]) {
    const { stdout } = await droste([...words, '--help']);
    const lines = stdout.slice(0, stdout.indexOf('\nOptions:')).split('\n');
    for (const [at, line] of lines.entries()) {
      const [next = ''] = (lines[at + 1] ?? '').split(' ');
      if (line === '' || next === '' || line.startsWith(' ')) continue;
      assert.ok(line.length <= 80 && line.length + 1 + next.length >= 80, `${words.join(' ')}: ${line}`);
    }
  }
});

test('the embedded model answers whatever folder other models have', async (t) => {
  const { code, stderr } = await droste(['classify', 'lemon.jpg'], {
    env: { MODELS_DIRECTORY: makeFolder(t) },
  });
  assert.equal(code, 0, stderr);
});

test('help of both levels goes to stdout, and so does the version', async () => {
  const [program, classify, local, version] = await Promise.all(
    [['--help'], ['classify', '--help'], ['help', 'local'], ['--version']].map((args) => droste(args)),
  );
  for (const help of [program, classify, local, version]) {
    assert.equal(help?.code, 0);
    assert.equal(help?.stderr, '');
  }
  assert.match(program?.stdout ?? '', /classify .*label pictures[\s\S]*Examples:/);
  assert.match(classify?.stdout ?? '', /--on-error[\s\S]*Examples:[\s\S]*Environment:[\s\S]*Exit codes:/);
  assert.match(local?.stdout ?? '', /--invoke-port[\s\S]*Exit codes:/);
  assert.equal(version?.stdout, `${packageJson.version}\n`);
});

test('without a command the help is shown as an error', async () => {
  const { code, stdout, stderr } = await droste([]);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /Usage: droste/);
});

test('help waits for nothing heavy: of the dependencies only the argument parser is loaded', async () => {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ load: (url, context, next) => (process._rawDebug(url), next(url, context)) });`;
  const node = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`];
  const { stderr } = await drosteProcess(['classify', '--help'], { node });
  const packages = stderr.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)\//g);
  assert.deepEqual([...new Set([...packages].map(([, name]) => name))], ['commander']);
});

test('what the system refuses is one line, without a stack', async () => {
  const { code, stderr } = await drosteProcess(['manifest', 'file:///dev/null/']);
  assert.equal(code, 1);
  assert.match(stderr, /^error: ENOTDIR: .*\n$/);
});
