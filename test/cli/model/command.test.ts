import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { catalogue } from '../../../models/catalogue.ts';
import { needsSharedData, sharedPath } from '../../functions/classify/shared-data.ts';
import { droste, startDroste } from '../support/droste.ts';
import { bucketServer } from './support/bucket-server.ts';
import { hubServer } from './support/hub-server.ts';
import { embedded, makeFolder, modelsFolder, repositoryOf } from './support/models.ts';

const NAME = 'owner/colours';

const setUp = async (t: TestContext) => {
  const server = await hubServer(t);
  server.repositories.set(NAME, repositoryOf(embedded));
  const modelsDirectory = modelsFolder(t);
  const env = { HF_ENDPOINT: server.endpoint, MODELS_DIRECTORY: modelsDirectory };
  return { server, modelsDirectory, env, run: (...args: readonly string[]) => droste(args, { env }) };
};

// credentials of nobody, for a bucket that asks for none; the SDK reads them of its process
Object.assign(process.env, {
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nothing',
  AWS_REGION: 'eu-west-1',
});

test('a model is pulled by name, says its licence and its folder, is listed, and answers', async (t) => {
  const { modelsDirectory, run, server } = await setUp(t);
  const pulled = await run('model', 'pull', NAME);
  const folder = join(modelsDirectory, 'owner--colours');
  assert.deepEqual([pulled.code, pulled.stdout], [0, `${folder}\n`]);
  assert.match(pulled.stderr, new RegExp(`licence: apache-2\\.0, see ${server.endpoint}/${NAME}\n`));
  assert.match(
    pulled.stderr,
    /owner--colours: 11 classes, one of them holds: probabilities already; sha256 [0-9a-f]{64}\nuse it: droste classify --model/,
  );

  const before = server.seen.length;
  const again = await run('model', 'pull', NAME);
  assert.deepEqual([again.code, again.stdout], [0, `${folder}\n`]);
  assert.match(again.stderr, /is here already; --force pulls it again/);
  assert.equal(server.seen.length, before);

  assert.equal((await run('model', 'pull', NAME, '--force')).code, 0);
  const [table, lines, classified] = await Promise.all([
    run('model', 'list'),
    run('model', 'list', '--json'),
    run('classify', 'black-cat.avif', '--model', NAME, '--json', '--top', '1', '--concurrency', '1'),
  ]);
  assert.equal(JSON.parse(classified.stdout).results.tags[0].class, 'black');
  assert.match(table.stdout, /^model +size +licence +here\n/);
  assert.match(table.stdout, /^squeezenet1\.1-7 +5 MB +Apache-2\.0 +no$/m);
  const listed = lines.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    listed.slice(2).map(({ name }) => name),
    catalogue.map(({ name }) => name),
  );
  assert.deepEqual([listed[0].name, listed[0].here, listed[0].licence], ['basic-colours', true, 'MIT']);
});

test('a pull that is stopped says so, exits as shells have it, and goes on when it is given again', async (t) => {
  const { server, modelsDirectory, env, run } = await setUp(t);
  const stalled = new Promise<void>((resolve) => {
    server.onStall = resolve;
  });
  const child = startDroste(['model', 'pull', NAME], { env });
  const said = text(child.stderr);
  await stalled;
  child.process.kill('SIGINT');
  assert.equal(await child.ended, 130);
  assert.match(await said, /stopped; what is here is kept, and the same command goes on with it\n$/);
  assert.equal(existsSync(join(modelsDirectory, 'owner--colours')), false);
  assert.equal(existsSync(join(modelsDirectory, '.partial-owner--colours.lock')), false);
  server.onStall = undefined;
  assert.equal((await run('model', 'pull', NAME)).code, 0);
});

test('wrong bytes end a pull with 1, and leave nothing that could be used', async (t) => {
  const { server, modelsDirectory, run } = await setUp(t);
  server.wrong.add('model.onnx');
  const { code, stdout, stderr } = await run('model', 'pull', NAME);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(
    stderr,
    /error: ModelLoadError: http.*model\.onnx: expected content of sha256 [0-9a-f]{64}, received [0-9a-f]{64}/,
  );
  assert.equal(existsSync(join(modelsDirectory, 'owner--colours')), false);
});

/** Wrong command lines, and what is said of them. */
const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [['model', 'pull'], /expected the name of a model: shufflenet-v2-12-int8 \(2\.4 MB\), /],
  [
    ['model', 'pull', 'squeezenet1.1-7', '--from', 'gone'],
    /--from: expected a file of 4956208 bytes, sha256 1eef/,
  ],
  [['model', 'pull', 'squeezenet1.1'], /received "squeezenet1\.1"\. Did you mean squeezenet1\.1-7\?/],
  [['model', 'pull', 'mobilnetv2-12'], /Did you mean mobilenetv2-12/],
  [['model', 'pull', 'squeezenet1.0-9'], /which is left out: converted from Caffe, it takes BGR/],
  [['model', 'pull', 'no/body'], /received 404: there is none/],
  [
    ['model', 'pull', 'a/b/c'],
    /expected a name of the catalogue or owner\/name on Hugging Face, received "a\/b\/c"/,
  ],
  [['model', 'pull', '../up'], /received "\.\.\/up"/],
  [
    ['model', 'push', 'basic-colours'],
    /expected --to s3:\/\/bucket\/prefix or --function <name>, received neither/,
  ],
  [['model', 'push', 'basic-colours', '--to', 's3://b/x', '--function', 'f'], /received both/],
  [['model', 'push', 'basic-colours', '--to', 'gs://b'], /--to: expected s3:\/\/bucket.*received "gs:\/\/b"/],
  [['model', 'push', 'gone', '--to', 's3://bucket'], /^error: model: expected a name \(basic-colours\)/m],
  [['model'], /Usage: droste model/],
  [['classify', '--model', 'resnet18-v1-7'], /To get it: droste model pull resnet18-v1-7$/m],
  [['local', '--model', NAME], /To get it: droste model pull owner\/colours$/m],
];

test('wrong command lines are usage errors, with the command that helps', async (t) => {
  const { env } = await setUp(t);
  await Promise.all(
    wrong.map(async ([args, message]) => {
      const { code, stdout, stderr } = await droste(args, { env });
      assert.deepEqual([args, code, stdout], [args, 2, '']);
      assert.match(stderr, message);
    }),
  );
});

test('an endpoint that is none is a wrong setting', async () => {
  const { code, stderr } = await droste(['model', 'pull', NAME], { env: { HF_ENDPOINT: 'mirror.test' } });
  assert.equal(code, 2);
  assert.match(stderr, /HF_ENDPOINT: expected a URL of http:\/\/ or https:\/\/, received "mirror\.test"/);
});

test('a model is pushed under its name, its graph last, and a bucket in trouble is asked again', async (t) => {
  const { modelsDirectory } = await setUp(t);
  const bucket = await bucketServer(t);
  bucket.statuses.push(503);
  const env = { MODELS_DIRECTORY: modelsDirectory };
  const push = (...args: readonly string[]) =>
    droste(['model', 'push', 'basic-colours', '--endpoint-url', bucket.endpoint, ...args], { env });
  const { code, stdout, stderr } = await push('--to', 's3://bucket/some/models/');
  assert.deepEqual([code, stdout], [0, 's3://bucket/some/models/basic-colours\n'], stderr);
  assert.match(
    stderr,
    /^pushing basic-colours, [\d.]+ kB, to s3:\/\/bucket\/some\/models\/basic-colours\/\n$/,
  );
  assert.deepEqual(
    [...bucket.objects.keys()],
    ['config.json', 'preprocessor_config.json', 'model.onnx'].map(
      (file) => `bucket/some/models/basic-colours/${file}`,
    ),
  );
  for (const [key, content] of bucket.objects) {
    assert.deepEqual(content, readFileSync(join(embedded, key.split('/').at(-1) ?? '')));
  }

  bucket.variables.set('droste', { MODELS_URI: 's3://deployed/models' });
  bucket.variables.set('without', {});
  const [deployed, without, gone] = await Promise.all(
    ['droste', 'without', 'gone'].map((name) => push('--function', name)),
  );
  assert.equal(deployed?.stdout, 's3://deployed/models/basic-colours\n');
  assert.ok(bucket.objects.has('deployed/models/basic-colours/model.onnx'));
  assert.equal(without?.code, 2);
  assert.match(without?.stderr ?? '', /expected its variable MODELS_URI .* found none/);
  assert.equal(gone?.code, 2);
  assert.match(gone?.stderr ?? '', /--function gone:live: expected a function that can be called from here/);
});

test('a bucket that refuses, and a model that does not load, end a push with 1', async (t) => {
  const { modelsDirectory } = await setUp(t);
  const bucket = await bucketServer(t);
  bucket.statuses.push(403);
  const env = { MODELS_DIRECTORY: modelsDirectory };
  const args = ['--to', 's3://bucket', '--endpoint-url', bucket.endpoint];
  const refused = await droste(['model', 'push', 'basic-colours', ...args], { env });
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /s3:\/\/bucket\/basic-colours\/config\.json: expected to put it there, received/,
  );

  const broken = join(makeFolder(t), 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'model.onnx'), 'no graph');
  const { code, stderr } = await droste(['model', 'push', broken, ...args], { env });
  assert.equal(code, 1);
  assert.match(stderr, /ModelLoadError: .*config\.json: expected a file/);
  assert.equal(bucket.objects.size, 0);
});

test(
  'without network a pull says what to bring here, and takes it from there',
  needsSharedData,
  async (t) => {
    const { env, modelsDirectory, server } = await setUp(t);
    const content = readFileSync(sharedPath('models/squeezenet1.1/model.onnx'));
    // a name that nobody has (RFC 6761)
    const nowhere = { ...env, HF_ENDPOINT: 'http://name.invalid', HF_HUB_CACHE: makeFolder(t) };
    const offline = await droste(['model', 'pull', 'squeezenet1.1-7'], { env: nowhere });
    assert.equal(offline.code, 1);
    assert.match(
      offline.stderr,
      /without network: .*\n {2}http:\/\/name\.invalid\/\S+\.onnx \(5 MB, sha256 1eef.*\)\nand then: droste model pull squeezenet1\.1-7 --from <file>/,
    );
    const file = join(makeFolder(t), 'brought.onnx');
    writeFileSync(file, content);
    const pulled = await droste(['model', 'pull', 'squeezenet1.1-7', '--from', file], { env: nowhere });
    assert.deepEqual(
      [pulled.code, pulled.stdout],
      [0, `${join(modelsDirectory, 'squeezenet1.1-7')}\n`],
      pulled.stderr,
    );
    assert.equal(server.seen.length, 0);
  },
);
