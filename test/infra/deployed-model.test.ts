import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readDeployedModel } from '../../infra/deployed-model.ts';

const models = fileURLToPath(new URL('../../models', import.meta.url));

const inFolder = async (run: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-model-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

test('a model goes by its folder’s name, with its own files and no others', async () => {
  const model = await readDeployedModel('basic-colours', models);
  assert.equal(model.name, 'basic-colours');
  assert.deepEqual(model.files, ['config.json', 'model.onnx', 'preprocessor_config.json']);
});

test('a copy has the same digest, and a change another', () =>
  inFolder(async (folder) => {
    const original = await readDeployedModel('basic-colours', models);
    const copy = join(folder, 'basic-colours');
    await cp(join(models, 'basic-colours'), copy, { recursive: true });
    await writeFile(join(copy, 'NOTES'), 'no part of the model');
    assert.equal((await readDeployedModel(copy, models)).digest, original.digest);

    const renamed = join(folder, 'other');
    await cp(copy, renamed, { recursive: true });
    assert.notEqual((await readDeployedModel(renamed, models)).digest, original.digest);
  }));

test('a folder that is no model, or a broken one, is refused before it is deployed', () =>
  inFolder(async (folder) => {
    await assert.rejects(readDeployedModel(folder, models), /-c model: .*expected a graph at one of/);
    await assert.rejects(readDeployedModel(join(folder, 'gone'), models), /-c model: .*received none there/);
    const broken = join(folder, 'broken');
    await cp(join(models, 'basic-colours'), broken, { recursive: true });
    await writeFile(join(broken, 'model.onnx'), 'not a graph');
    await assert.rejects(readDeployedModel(broken, models), /-c model: .*model\.onnx/);
  }));

test('a folder whose name cannot be a model’s is refused', () =>
  inFolder(async (folder) => {
    const odd = join(folder, 'my model');
    await cp(join(models, 'basic-colours'), odd, { recursive: true });
    await assert.rejects(readDeployedModel(odd, models), /-c model: expected a folder named with letters/);
  }));
