import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { isAtLeast } from '../../cli/doctor/machine.ts';
import { droste, drosteProcess, makeFolder, parseLines, SAMPLES } from './support/droste.ts';

test('the defaults of a project are taken in its folder and below, and what is typed wins', async (t) => {
  const project = makeFolder(t);
  mkdirSync(join(project, 'deep'));
  copyFileSync(join(SAMPLES, 'lemon.jpg'), join(project, 'deep/lemon.jpg'));
  const settings = { classify: { top: 2, json: true, exclude: ['a', 'b'], model: 'basic-colours' } };
  writeFileSync(join(project, 'droste.config.json'), JSON.stringify(settings));
  const cwd = join(project, 'deep');
  const { code, stdout, stderr } = await droste(['classify', 'lemon.jpg'], { cwd });
  assert.equal(code, 0, stderr);
  assert.equal(parseLines(stdout)[0]?.results?.tags.length, 2);
  const typed = await droste(['classify', 'lemon.jpg', '--top', '1'], { cwd });
  assert.equal(parseLines(typed.stdout)[0]?.results?.tags.length, 1);
});

test('a function among the defaults is one like any other: how AWS is reached may be typed', async (t) => {
  const cwd = makeFolder(t);
  writeFileSync(join(cwd, 'droste.config.json'), '{"classify": {"function": "nobody"}}');
  const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'eu-west-1' };
  const args = ['classify', join(SAMPLES, 'lemon.jpg'), '--endpoint-url', 'http://127.0.0.1:9'];
  const { code, stderr } = await drosteProcess(args, { cwd, env });
  assert.equal(code, 2);
  assert.match(stderr, /--function nobody:live: expected a function that can be called from here/);
});

/** Wrong files, and what is said of them. */
const wrong: readonly (readonly [string, RegExp])[] = [
  ['{', /droste\.config\.json: expected JSON: /],
  ['[]', /expected an object of commands/],
  ['{"clasify": {}}', /expected commands \(classify, .*received "clasify"/],
  ['{"classify": 7}', /expected an object of options for classify/],
  ['{"classify": {"topp": 7}}', /expected an option of "droste classify", received topp/],
  ['{"classify": {"top": 0}}', /top: Expected a whole number from 1 to 100\. Received 0\./],
  ['{"classify": {"format": "xml"}}', /format: Allowed choices are table/],
  ['{"classify": {"json": "yes"}}', /expected true or false for json, received "yes"/],
];

test('a malformed file of defaults is a usage error that names file, option and value', async (t) => {
  const cwd = makeFolder(t);
  for (const [content, message] of wrong) {
    writeFileSync(join(cwd, 'droste.config.json'), content);
    const { code, stdout, stderr } = await droste(['classify', 'lemon.jpg'], { cwd });
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, message);
  }
});

test('doctor says what it found, what it could not check, and is content with this machine', async (t) => {
  const { code, stdout } = await drosteProcess(['doctor'], { env: { HOME: makeFolder(t) } });
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^ok +Node\.js: \d+\./m);
  assert.match(stdout, /^ok +sharp: .*libvips/m);
  assert.match(stdout, /^ok +models: .*basic-colours/m);
  assert.match(stdout, /^not checked +AWS credentials: none .*\n +→ set AWS_PROFILE/m);
});

test('doctor names what is wrong with its remedy, and exits 1', async (t) => {
  const env = { HOME: makeFolder(t), MODELS_DIRECTORY: makeFolder(t), TMPDIR: '/dev/null/no' };
  const { code, stdout } = await drosteProcess(['doctor', '--json', '--function', 'f'], { env });
  assert.equal(code, 1);
  const findings = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const wrongOnes = findings.filter(({ state }) => state === 'wrong').map(({ check }) => check);
  assert.deepEqual(wrongOnes, ['models', 'temporary files', 'AWS credentials', 'AWS region']);
  assert.ok(findings.every(({ state, remedy }) => state !== 'wrong' || remedy.length > 0));
});

test('doctor looks at a deployed function: alias, permission, concurrency of the account', async (t) => {
  const answers: Record<string, object> = {
    '/2015-03-31/functions/f/configuration': {
      MemorySize: 1769,
      Timeout: 120,
      Version: '3',
      Environment: { Variables: { FUNCTION_ALIAS: 'live' } },
    },
    '/2016-08-19/account-settings': { AccountLimit: { UnreservedConcurrentExecutions: 10 } },
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://loopback');
    const answer = answers[decodeURIComponent(pathname).replace(/\/$/, '')];
    response.writeHead(answer ? 200 : 403, {
      'content-type': 'application/json',
      ...(answer === undefined && { 'x-amzn-errortype': 'AccessDeniedException' }),
    });
    response.end(JSON.stringify(answer ?? { message: 'not allowed' }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close().closeAllConnections());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {
    HOME: makeFolder(t),
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_REGION: 'eu-west-1',
  };
  const { code, stdout } = await drosteProcess(['doctor', '--function', 'f', '--endpoint-url', endpoint], {
    env,
  });
  assert.equal(code, 1);
  assert.match(stdout, /^ok +function: f:live, version 3, 1769 MB, 120 s, Active$/m);
  assert.match(stdout, /^wrong +permission to invoke: AccessDenied.*\n +→ allow lambda:InvokeFunction/m);
  assert.match(stdout, /^wrong +concurrency of the account: 10\n +→ ask for more/m);
});

test('versions are compared part by part', () => {
  assert.ok(isAtLeast('24.1.0', '22.19') && isAtLeast('22.19.0', '22.19') && isAtLeast('22.20.0', '22.19.5'));
  assert.ok(!isAtLeast('22.9.0', '22.19') && !isAtLeast('9.0.0', '22.19'));
});

test('bash completes commands, options and their words', async () => {
  const { code, stdout } = await droste(['completion', 'bash']);
  assert.equal(code, 0);
  const complete = (...words: readonly string[]): readonly string[] => {
    const line = words.map((word) => `'${word}'`).join(' ');
    const script = `${stdout}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _droste; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
  };
  assert.deepEqual(complete('droste', 'pl'), ['plan']);
  assert.deepEqual(complete('droste', 'model', 'pu'), ['pull', 'push']);
  assert.deepEqual(complete('droste', 'classify', '--format', ''), [
    'table',
    'ndjson',
    'json',
    'csv',
    'tsv',
    'paths',
  ]);
  // bash parts words at =
  assert.deepEqual(complete('droste', 'classify', '--on-error', '='), ['collect', 'raise']);
  assert.deepEqual(complete('droste', 'classify', '--on-error', '=', 'r'), ['raise']);
  assert.deepEqual(complete('droste', 'completion', ''), ['bash', 'zsh', 'fish', '-h', '--help']);
  assert.ok(complete('droste', 'thumbnail', 'photos', '--').includes('--size'));
});

for (const shell of ['zsh', 'fish'] as const) {
  const isHere = spawnSync(shell, ['--version']).status === 0;
  test(`the script for ${shell} is one that ${shell} reads`, {
    skip: isHere ? false : `${shell} is not here`,
  }, async (t) => {
    const { stdout } = await droste(['completion', shell]);
    assert.match(stdout, /thumbnail/);
    const script = join(makeFolder(t), 'script');
    writeFileSync(script, stdout);
    execFileSync(shell, ['-n', script]);
  });
}
