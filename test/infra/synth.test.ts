import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const host = process.arch === 'arm64' ? 'arm64' : 'x64';

/** `cdk synth --strict` as one types it, without a network or credentials. */
const synth = async (context: Readonly<Record<string, string>>) => {
  const output = await mkdtemp(join(tmpdir(), 'droste-synth-'));
  try {
    const args = Object.entries({ architecture: host, ...context }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const command = spawn(
      process.execPath,
      ['node_modules/aws-cdk/bin/cdk', 'synth', '--strict', '--quiet', '--no-notices', '-o', output, ...args],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          HOME: output,
          CI: 'true',
          NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        },
      },
    );
    const said: Buffer[] = [];
    command.stdout.on('data', (chunk) => said.push(chunk));
    command.stderr.on('data', (chunk) => said.push(chunk));
    const [code] = await once(command, 'close');
    const template = await readFile(join(output, 'Droste.template.json'), 'utf8').catch(() => undefined);
    return { code, text: Buffer.concat(said).toString(), template: template && JSON.parse(template) };
  } finally {
    await rm(output, { recursive: true, force: true });
  }
};

test('synth --strict is clean with every finding of cdk-nag acknowledged, and leaves sam local its metadata', async () => {
  const { code, text, template } = await synth({
    model: 'models/basic-colours',
    imageBuckets: 'first-bucket,second-bucket',
    inbox: 's3://first-bucket/in/',
    inboxResults: 's3://second-bucket/out/',
    inboxFunctions: '{"classify": {}, "thumbnail": {"size": 256}}',
    removal: 'destroy',
    ...{ auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'droste', page: 'true' },
    streaming: 'true',
    shift: 'linear',
    vpcId: 'vpc-12345678',
    subnetIds: 'subnet-12345678',
    securityGroupIds: 'sg-12345678',
    tags: 'team=photos',
  });
  assert.equal(code, 0, text);
  assert.match(text, /^settings: model=models\/basic-colours imageBuckets=first-bucket,second-bucket /m);
  assert.match(text, /^only after -c: model, imageBuckets, .*"tags":"team=photos"/m);
  const functions = Object.values<{ Type: string; Metadata: Record<string, string> }>(
    template.Resources,
  ).filter(
    ({ Type, Metadata }) =>
      Type === 'AWS::Lambda::Function' && Metadata['aws:cdk:path']?.includes('Classify'),
  );
  assert.equal(functions.length, 1);
  assert.ok(functions[0]?.Metadata['aws:asset:path']);
  assert.equal(functions[0]?.Metadata['aws:asset:property'], 'Code');
});

test('options that cannot be deployed end in their message, without a stack trace', async () => {
  const { code, text } = await synth({ auth: 'open', memoryMb: '5' });
  assert.notEqual(code, 0);
  assert.match(text, /-c auth: expected iam, jwt, none, received "open"\n-c memoryMb: expected/);
  assert.doesNotMatch(text, /\n\s+at /);
});
