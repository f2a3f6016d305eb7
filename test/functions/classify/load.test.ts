import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { loadModel } from '../../../functions/classify/model/load.ts';
import { writeOnnx } from '../../../models/onnx-writer.ts';
import { ModelLoadError } from '../../../platform/errors.ts';
import {
  channelMeans,
  channelMeansGraph,
  config,
  flat,
  modelFiles,
  preprocessorConfig,
  tagsOf,
  temporaryFolder,
  writeFiles,
} from './model-folders.ts';
import { needsSharedData, sharedPath } from './shared-data.ts';

const folderOf = async (t: TestContext, replaced: Parameters<typeof modelFiles>[0] = {}): Promise<string> =>
  writeFiles(await temporaryFolder(t), modelFiles(replaced));

const refuses = async (t: TestContext, replaced: Parameters<typeof modelFiles>[0], message: RegExp) =>
  assert.rejects(loadModel(await folderOf(t, replaced)), (error: unknown) => {
    assert(error instanceof ModelLoadError);
    assert.match(error.message, message);
    return true;
  });

suite('loading a model', () => {
  test('finds its files, checks them against each other and hashes the graph', async (t) => {
    const folder = await folderOf(t);
    const classifier = await loadModel(folder, { name: 'means', threads: 2 });
    const graph = await readFile(join(folder, 'model.onnx'));
    assert.equal(classifier.name, 'means');
    assert.equal(classifier.sha256, createHash('sha256').update(graph).digest('hex'));
    assert.equal(classifier.classes, 3);
    assert.deepEqual(classifier.plan, {
      resize: { width: 2, height: 2 },
      filter: 'bilinear',
      rounding: 'onnx-zoo',
      channels: 3,
    });
    await classifier.release();
  });

  test('takes the graph from the onnx folder, the full one before the quantized', async (t) => {
    const other = channelMeans({ shape: [1, 3, 2, 2] });
    const sha256 = createHash('sha256').update(other).digest('hex');
    for (const files of [
      { 'model.onnx': undefined, 'onnx/model.onnx': other, 'onnx/model_quantized.onnx': channelMeans() },
      { 'model.onnx': undefined, 'onnx/model_quantized.onnx': other },
    ]) {
      const classifier = await loadModel(await folderOf(t, files));
      assert.equal(classifier.sha256, sha256);
      await classifier.release();
    }
  });

  test('hashes external data after the graph', async (t) => {
    const folder = await folderOf(t, { 'model.onnx_data': 'weights' });
    const classifier = await loadModel(folder);
    const expected = createHash('sha256').update(channelMeans()).update('weights').digest('hex');
    assert.equal(classifier.sha256, expected);
    await classifier.release();
  });

  test('says that there is no folder, or that it is a file', async (t) => {
    const folder = await temporaryFolder(t);
    await assert.rejects(
      loadModel(join(folder, 'absent')),
      /absent: expected a model's folder, received none there/,
    );
    await writeFiles(folder, { file: '' });
    await assert.rejects(loadModel(join(folder, 'file')), /expected a model's folder, received a file/);
  });

  test('says where it looked for a graph', (t) =>
    refuses(
      t,
      { 'model.onnx': undefined },
      /model\.onnx, onnx\/model\.onnx, onnx\/model_quantized\.onnx, received none/,
    ));

  test('says that the graph is broken, with the reason of ONNX Runtime', async (t) => {
    await refuses(
      t,
      { 'model.onnx': channelMeans().subarray(0, 100) },
      /model\.onnx.*ONNX Runtime can load.*failed/,
    );
    await refuses(t, { 'model.onnx': 'version https://git-lfs.github.com/spec/v1' }, /ONNX Runtime can load/);
    await refuses(t, { 'model.onnx': '' }, /ONNX Runtime can load/);
  });

  test('says which JSON file is missing, and which is broken where', async (t) => {
    await refuses(t, { 'config.json': undefined }, /\/config\.json: expected a file, received none/);
    await refuses(
      t,
      { 'preprocessor_config.json': undefined },
      /config\.json: expected preprocessor_config\.json beside it/,
    );
    await refuses(t, { 'config.json': '{' }, /\/config\.json: expected JSON/);
    await refuses(
      t,
      { 'preprocessor_config.json': { ...preprocessorConfig, image_mean: 'none' } },
      /preprocessor_config\.json is not as expected at image_mean/,
    );
  });

  test('says that the labels are too few or too many, with both counts', async (t) => {
    await refuses(t, { 'config.json': { id2label: { 0: 'a', 1: 'b' } } }, /expected 3 labels.*received 2/);
    const four = { ...config, id2label: { ...config.id2label, 3: 'grey' } };
    await refuses(t, { 'config.json': four }, /expected 3 labels.*received 4/);
  });

  test('says that the sizes of preprocessing and graph differ', (t) =>
    refuses(
      t,
      { 'preprocessor_config.json': { ...preprocessorConfig, size: { height: 3, width: 3 } } },
      /2×2 pixels.*received 3×3 as size/,
    ));

  test('says that a graph takes what no picture is', async (t) => {
    const graph = channelMeansGraph();
    await refuses(
      t,
      { 'model.onnx': channelMeans({ shape: ['batch', 5, 2, 2] }) },
      /1 or 3 channels.*5, 2, 2/,
    );
    await refuses(t, { 'model.onnx': channelMeans({ elementType: 'int64' }) }, /received pixels int64/);
    const two = { ...graph, inputs: [...graph.inputs, { name: 'mask', shape: [1] }] };
    await refuses(
      t,
      { 'model.onnx': writeOnnx(two) },
      /one input, received 2 \(pixels .*, mask float32 \[1\]\)/,
    );
  });

  test('says that a graph does not answer one score per class, or fails on a picture', async (t) => {
    const graph = channelMeansGraph();
    const [cast] = graph.operations;
    assert(cast !== undefined);
    const spatial = {
      ...graph,
      operations: [{ ...cast, outputs: ['scores'] }],
      outputs: [{ name: 'scores', shape: [1, 3, 2, 2] }],
    };
    await refuses(t, { 'model.onnx': writeOnnx(spatial) }, /one row of numbers a picture.*\[1, 3, 2, 2\]/);
    const fails = {
      ...graph,
      inputs: [{ name: 'pixels', shape: ['batch', 3, 'height', 'width'] }],
      constants: [{ name: 'misfit', shape: [1, 3, 5, 5], values: Array.from({ length: 75 }, () => 0) }],
      operations: [
        { type: 'Add', inputs: ['pixels', 'misfit'], outputs: ['sum'] },
        ...graph.operations.map((each) => (each === cast ? { ...each, inputs: ['sum'] } : each)),
      ],
    };
    await refuses(t, { 'model.onnx': writeOnnx(fails) }, /expected a graph that runs on a picture of 2×2/);
  });

  test('prints nothing, whatever fails', async (t) => {
    const broken = await folderOf(t, { 'model.onnx': channelMeans().subarray(0, 100) });
    const whole = await folderOf(t);
    const loader = new URL('../../../functions/classify/model/load.ts', import.meta.url);
    const script = `
      const { loadModel } = await import(${JSON.stringify(loader)});
      await loadModel(process.argv[1]).catch(() => undefined);
      await (await loadModel(process.argv[2])).release();
    `;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      script,
      broken,
      whole,
    ]);
    assert.equal(stdout + stderr, '');
  });
});

suite('the real models', needsSharedData, () => {
  const expected = {
    'squeezenet1.1': { classes: 1000, sha256: '1eeff551', first: 'tench' },
    'mobilenetv2-int8': { classes: 1000, sha256: 'cc028fe6', first: 'tench' },
    'shufflenetv2-qdq': { classes: 1000, sha256: '7c536d02', first: 'tench' },
    'mobilenetv1-0.25-nhwc': { classes: 1000, sha256: '', first: 'tench' },
    'squeezenet1.0-tf-1001': { classes: 1001, sha256: '', first: 'background' },
  } as const;
  for (const [name, { classes, sha256, first }] of Object.entries(expected)) {
    test(`${name} loads, and answers every one of its ${classes} classes once`, async () => {
      const classifier = await loadModel(sharedPath(`models/${name}`));
      assert.equal(classifier.name, name);
      assert.equal(classifier.classes, classes);
      assert.ok(classifier.sha256.startsWith(sha256));
      assert.deepEqual(classifier.plan, {
        resize: { shortestEdge: 256 },
        filter: 'bilinear',
        rounding: 'onnx-zoo',
        crop: { width: 224, height: 224 },
        channels: 3,
      });
      const pixels = {
        data: new Uint8Array(224 * 224 * 3).fill(128),
        width: 224,
        height: 224,
        channels: 3 as const,
      };
      const tags = await tagsOf(classifier, pixels, 5000);
      assert.equal(tags.length, classes);
      assert.ok(tags.some((tag) => tag.class === first));
      assert.ok(Math.abs(tags.reduce((sum, tag) => sum + tag.confidence, 0) - 1) < 1e-3);
      await classifier.release();
    });
  }
});

suite('telling pixels apart', () => {
  test('loads grey models too', async (t) => {
    const graph = channelMeans({ shape: [1, 1, 2, 2] }, { shape: [1, 1] });
    const folder = await folderOf(t, { 'model.onnx': graph, 'config.json': { id2label: { 0: 'light' } } });
    const classifier = await loadModel(folder);
    assert.equal(classifier.plan.channels, 1);
    await assert.rejects(
      tagsOf(classifier, flat(1, 2, 3), 1),
      /with 1 channels \(4 bytes\), received 2×2 with 3/,
    );
    await classifier.release();
  });
});
