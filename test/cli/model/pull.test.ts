import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { hubCacheOf, readHub } from '../../../cli/model/hub.ts';
import { type PullOptions, pullModel } from '../../../cli/model/pull.ts';
import { catalogueSource, chooseSource } from '../../../cli/model/sources.ts';
import { openWeb } from '../../../cli/model/web.ts';
import { chooseModel } from '../../../cli/model-choice.ts';
import { loadModel } from '../../../functions/classify/model/load.ts';
import { catalogueEntry } from '../../../models/catalogue.ts';
import { needsSharedData, sharedPath } from '../../functions/classify/shared-data.ts';
import { COMMIT, hubServer, type ServedFile } from './support/hub-server.ts';
import { embedded, makeFolder, modelsFolder, namesIn, repositoryOf } from './support/models.ts';

const NAME = 'owner/colours';

const setUp = async (t: TestContext) => {
  const server = await hubServer(t);
  const web = openWeb({});
  t.after(() => web.close());
  const hub = readHub({ HF_ENDPOINT: server.endpoint });
  const modelsDirectory = modelsFolder(t);
  const options: PullOptions = {
    web,
    modelsDirectory,
    signal: new AbortController().signal,
    pause: async () => {},
  };
  const pull = async (name = NAME, more: Partial<PullOptions> = {}) =>
    pullModel(await chooseSource(name, hub, options), { ...options, ...more });
  return { server, hub, modelsDirectory, options, pull };
};

test('a repository in Hugging Face’s layout is installed whole, of one commit, with its licence', async (t) => {
  const { server, modelsDirectory, pull } = await setUp(t);
  server.repositories.set(NAME, repositoryOf(embedded));
  const { folder, classes, sha256 } = await pull();
  assert.equal(folder, join(modelsDirectory, 'owner--colours'));
  assert.equal(classes, 11);
  assert.deepEqual(namesIn(modelsDirectory), ['basic-colours', 'owner--colours']);
  assert.deepEqual(namesIn(folder), ['config.json', 'model.onnx', 'origin.json', 'preprocessor_config.json']);
  assert.deepEqual(readFileSync(join(folder, 'model.onnx')), readFileSync(join(embedded, 'model.onnx')));
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'origin.json'), 'utf8')), {
    page: `${server.endpoint}/${NAME}`,
    licence: 'apache-2.0',
    sha256,
  });
  const fetched = server.seen.filter(({ place }) => place === 'cdn').map(({ path }) => path);
  assert.deepEqual(
    fetched,
    ['config.json', 'preprocessor_config.json', 'model.onnx'].map(
      (file) => `/${NAME}/resolve/${COMMIT}/${file}`,
    ),
  );
});

test('a graph under onnx/ is found there', async (t) => {
  const { server, pull } = await setUp(t);
  server.repositories.set(NAME, repositoryOf(embedded, 'onnx/model.onnx'));
  const { folder } = await pull();
  assert.deepEqual(readFileSync(join(folder, 'onnx/model.onnx')), readFileSync(join(embedded, 'model.onnx')));
});

for (const [name, real] of [
  ['squeezenet1.1-7', 'squeezenet1.1'],
  ['mobilenetv2-12-int8', 'mobilenetv2-int8'],
  ['shufflenet-v2-12-qdq', 'shufflenetv2-qdq'],
] as const) {
  test(
    `${name} is pulled from the zoo's layout, through cuts, and classifies`,
    needsSharedData,
    async (t) => {
      const { server, pull } = await setUp(t);
      const content = readFileSync(sharedPath(`models/${real}/model.onnx`));
      server.repositories.set(`onnxmodelzoo/${name}`, new Map([[`${name}.onnx`, { content, lfs: true }]]));
      server.cuts.push(1, 700_000, 1_234_567);
      const told: number[] = [];
      const { folder, classes } = await pull(name, { onProgress: (bytes) => told.push(bytes) });
      assert.equal(classes, 1000);
      assert.ok(readFileSync(join(folder, 'model.onnx')).equals(content));
      assert.deepEqual(
        told,
        told.toSorted((one, other) => one - other),
      );
      await (await loadModel(folder)).release();
    },
  );
}

for (const real of ['mobilenetv1-0.25-nhwc', 'squeezenet1.0-tf-1001']) {
  test(`${real} is pulled from a repository of its own`, needsSharedData, async (t) => {
    const { server, pull } = await setUp(t);
    server.repositories.set(NAME, repositoryOf(sharedPath(`models/${real}`)));
    const { classes } = await pull();
    assert.equal(classes, real.endsWith('1001') ? 1001 : 1000);
  });
}

test('wrong bytes of a JSON file are known by their Git blob, and nothing is installed', async (t) => {
  const { server, modelsDirectory, pull } = await setUp(t);
  server.repositories.set(NAME, repositoryOf(embedded));
  server.wrong.add('config.json');
  await assert.rejects(pull(), {
    name: 'ModelLoadError',
    message: /config\.json: expected content of Git's blob [0-9a-f]{40}, received [0-9a-f]{40}/,
  });
  assert.equal(existsSync(join(modelsDirectory, 'owner--colours')), false);
});

test('JSON files that are of no use are refused before the graph is asked for', async (t) => {
  const { server, pull } = await setUp(t);
  const files = repositoryOf(embedded);
  files.set('config.json', { content: Buffer.from('{}') });
  server.repositories.set(NAME, files);
  await assert.rejects(pull(), { name: 'ModelLoadError', message: /config\.json.*id2label/s });
  assert.ok(server.seen.every(({ path }) => !path.endsWith('model.onnx')));
});

test('a model that does not load is removed, and one that is there stays as it is', async (t) => {
  const { server, modelsDirectory, pull } = await setUp(t);
  server.repositories.set(NAME, repositoryOf(embedded));
  await pull();
  const broken: ReadonlyMap<string, ServedFile> = new Map([
    ...repositoryOf(embedded),
    ['model.onnx', { content: Buffer.from('no graph'), lfs: true }],
  ]);
  server.repositories.set(NAME, broken);
  await assert.rejects(pull(), { name: 'ModelLoadError' });
  const { classes } = await loadModel(join(modelsDirectory, 'owner--colours'));
  assert.equal(classes, 11);
  assert.deepEqual(namesIn(join(modelsDirectory, '.partial-owner--colours')), []);
});

test('a model that is there is replaced, in one step', async (t) => {
  const { server, modelsDirectory, pull } = await setUp(t);
  server.repositories.set(NAME, repositoryOf(embedded));
  await pull();
  writeFileSync(join(modelsDirectory, 'owner--colours', 'old'), '');
  const { folder } = await pull();
  assert.equal(existsSync(join(folder, 'old')), false);
  assert.deepEqual(namesIn(modelsDirectory), ['basic-colours', 'owner--colours']);
});

test('a pull that was stopped goes on where it was, and is found by no name until it is whole', async (t) => {
  const { server, modelsDirectory, pull } = await setUp(t);
  server.repositories.set(NAME, repositoryOf(embedded));
  const graph = readFileSync(join(embedded, 'model.onnx'));
  const stopping = new AbortController();
  const enough = new Error('enough');
  // the two small files come whole
  server.cuts.push(1e9, 1e9, 100);
  const stop = async () => stopping.abort(enough);
  await assert.rejects(pull(NAME, { signal: stopping.signal, pause: stop }), enough);
  const aside = join(modelsDirectory, '.partial-owner--colours');
  assert.deepEqual(readFileSync(join(aside, 'files', 'model.onnx')), graph.subarray(0, 100));
  assert.deepEqual(namesIn(modelsDirectory), ['.partial-owner--colours', 'basic-colours']);
  server.seen.length = 0;
  const { folder } = await pull();
  assert.deepEqual(readFileSync(join(folder, 'model.onnx')), graph);
  const asked = server.seen.filter(({ place }) => place === 'cdn');
  assert.deepEqual(
    asked.map(({ headers }) => headers.range),
    ['bytes=100-'],
  );
});

test('two pulls of one model at once: the second is refused; a lock of a process that is gone is taken over', async (t) => {
  const { server, modelsDirectory, pull } = await setUp(t);
  server.repositories.set(NAME, repositoryOf(embedded));
  const lock = join(modelsDirectory, '.partial-owner--colours.lock');
  writeFileSync(lock, String(process.pid));
  await assert.rejects(pull(), {
    name: 'InvalidRequestError',
    message: new RegExp(`received one by process ${process.pid}`),
  });
  writeFileSync(lock, '999999999');
  await pull();
  assert.equal(existsSync(lock), false);
});

test('a model that does not fit on the disk is refused before anything is brought', async (t) => {
  const { server, hub, options } = await setUp(t);
  const entry = catalogueEntry('squeezenet1.1-7');
  assert.ok(entry);
  const source = catalogueSource({ ...entry, bytes: 9e15 }, hub);
  await assert.rejects(pullModel(source, options), {
    name: 'ModelLoadError',
    message: /expected room for 9,000 TB, received a disk with .* free/,
  });
  assert.equal(server.seen.length, 0);
});

test('a repository that is no ONNX classifier is refused with what it lacks, and what has it', async (t) => {
  const { server, pull } = await setUp(t);
  server.repositories.set('someone/squeezenet1.1-7', new Map([['a.onnx', { content: Buffer.alloc(1) }]]));
  await assert.rejects(pull('someone/squeezenet1.1-7'), {
    name: 'ModelLoadError',
    message:
      /without a graph at one of .* and config\.json\. "droste model pull squeezenet1\.1-7" has all of it/,
  });
});

test('a repository that is not there, or gated, is said to be', async (t) => {
  const { server, pull } = await setUp(t);
  await assert.rejects(pull('no/body'), {
    name: 'InvalidRequestError',
    message: /received 404: there is none/,
  });
  server.refused.set('gated/model', 'GatedRepo');
  await assert.rejects(pull('gated/model'), {
    name: 'InvalidRequestError',
    message: /received 401: the model is gated\. Accept its terms .* HF_TOKEN/,
  });
});

test('a hub that describes nothing is an error that says where', async (t) => {
  const { server, pull } = await setUp(t);
  server.repositories.set(NAME, repositoryOf(embedded));
  server.card = { siblings: 'none' };
  await assert.rejects(pull(), {
    name: 'ModelLoadError',
    message: /\/api\/models\/owner\/colours\?blobs=true: expected the description of a repository/,
  });
});

test('weights outside of the graph come with it', async (t) => {
  const { server, options, hub } = await setUp(t);
  const files = repositoryOf(embedded);
  files.set('model.onnx_data', { content: Buffer.from('weights'), lfs: true });
  files.set('README.md', { content: Buffer.from('not wanted') });
  server.repositories.set(NAME, files);
  const source = await chooseSource(NAME, hub, options);
  assert.deepEqual(
    source.files.map(({ path }) => path),
    ['config.json', 'preprocessor_config.json', 'model.onnx', 'model.onnx_data'],
  );
});

test('a folder of models that is not there yet is made', async (t) => {
  const { server, pull } = await setUp(t);
  server.repositories.set(NAME, repositoryOf(embedded));
  const modelsDirectory = join(makeFolder(t), 'deep', 'models');
  await pull(NAME, { modelsDirectory });
  cpSync(join(modelsDirectory, 'owner--colours'), join(modelsDirectory, 'copy'), { recursive: true });
  assert.deepEqual(namesIn(modelsDirectory), ['copy', 'owner--colours']);
});

/** The folder in which Hugging Face's tools keep a repository, with all of its files. */
const fillCache = (cache: string, { isMain = true } = {}): string => {
  const folder = join(cache, 'models--owner--colours');
  for (const place of ['blobs', 'refs', `snapshots/${COMMIT}`])
    mkdirSync(join(folder, place), { recursive: true });
  for (const [path, { content, lfs }] of repositoryOf(embedded)) {
    const hash = lfs ? createHash('sha256') : createHash('sha1').update(`blob ${content.length}\0`);
    const blob = join(folder, 'blobs', hash.update(content).digest('hex'));
    writeFileSync(blob, content);
    symlinkSync(blob, join(folder, 'snapshots', COMMIT, path));
  }
  if (isMain) writeFileSync(join(folder, 'refs', 'main'), COMMIT);
  return folder;
};

test('what Hugging Face’s own tools have downloaded is copied, verified, and not asked for again', async (t) => {
  const { server, modelsDirectory, options } = await setUp(t);
  server.repositories.set(NAME, repositoryOf(embedded));
  const cache = makeFolder(t);
  const folder = fillCache(cache);
  const hub = readHub({ HF_ENDPOINT: server.endpoint, HF_HUB_CACHE: cache });
  await pullModel(await chooseSource(NAME, hub, options), options);
  assert.ok(server.seen.every(({ path }) => path.startsWith('/api/')));

  // a blob that is not what its name says is not taken
  const graph = readFileSync(join(embedded, 'model.onnx'));
  const blob = join(folder, 'blobs', createHash('sha256').update(graph).digest('hex'));
  writeFileSync(blob, Buffer.alloc(graph.length));
  const again = await pullModel(await chooseSource(NAME, hub, options), options);
  assert.deepEqual(readFileSync(join(again.folder, 'model.onnx')), graph);
  assert.equal(again.folder, join(modelsDirectory, 'owner--colours'));
});

test('a model of the cache is chosen by its name without a pull, if it is complete', async (t) => {
  const env = { HF_HUB_CACHE: makeFolder(t) };
  const place = { modelsDirectory: modelsFolder(t), cwd: makeFolder(t), env };
  await assert.rejects(chooseModel(NAME, place), /To get it: droste model pull owner\/colours/);
  const folder = fillCache(env.HF_HUB_CACHE, { isMain: false });
  const snapshot = join(folder, 'snapshots', COMMIT);
  assert.equal(await chooseModel(NAME, place), snapshot);
  await (await loadModel(snapshot)).release();
  rmSync(join(snapshot, 'config.json'));
  await assert.rejects(chooseModel(NAME, place), { name: 'InvalidRequestError' });
});

test('the folder of the cache is found as Hugging Face’s tools find it', () => {
  assert.equal(hubCacheOf({ HOME: '/me' }), '/me/.cache/huggingface/hub');
  assert.equal(hubCacheOf({ HOME: '/me', XDG_CACHE_HOME: '/x' }), '/x/huggingface/hub');
  assert.equal(hubCacheOf({ HOME: '/me', XDG_CACHE_HOME: '/x', HF_HOME: '/h' }), '/h/hub');
  assert.equal(hubCacheOf({ HF_HOME: '/h', HF_HUB_CACHE: '/c' }), '/c');
});
