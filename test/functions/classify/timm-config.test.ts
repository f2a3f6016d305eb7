import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseModelConfig } from '../../../functions/classify/core/labels.ts';
import { parseTimmPreprocessing } from '../../../functions/classify/core/preprocessor-config.ts';
import { checkConfigFile } from '../../../functions/classify/model/check-config.ts';
import { loadModel } from '../../../functions/classify/model/load.ts';
import { ModelLoadError } from '../../../platform/errors.ts';
import { channelMeans, modelFiles, temporaryFolder, writeFiles } from './model-folders.ts';

/** As timm's models have it on the hub. */
const pretrained = {
  tag: 'a1_in1k',
  custom_load: false,
  input_size: [3, 224, 224],
  test_input_size: [3, 288, 288],
  fixed_input_size: false,
  interpolation: 'bilinear',
  crop_pct: 0.95,
  test_crop_pct: 1,
  crop_mode: 'center',
  mean: [0.1, 0.2, 0.3],
  std: [0.4, 0.5, 0.6],
  num_classes: 3,
  pool_size: [7, 7],
  first_conv: 'conv1',
  classifier: 'fc',
  license: 'apache-2.0',
};
const anySize = { width: undefined, height: undefined };
const ofSize = (edge: number) => ({ width: edge, height: edge });
const read = (pretrained_cfg: object | undefined, graph: { width?: number; height?: number } = {}) =>
  parseTimmPreprocessing(
    JSON.stringify({ architecture: 'resnet50', pretrained_cfg }),
    'c.json',
  )({
    ...anySize,
    ...graph,
  });
const refuses = (pretrained_cfg: object | undefined, message: RegExp): void =>
  assert.throws(
    () => read(pretrained_cfg),
    (error: unknown) => error instanceof ModelLoadError && message.test(error.message),
  );

/** What timm leaves no choice of. */
const always = {
  rounding: 'torchvision',
  scale: 1 / 255,
  offset: 0,
  flipChannels: false,
  decoding: {},
} as const;

suite("timm's pretrained_cfg", () => {
  test('is followed as its transforms for evaluation do, at the size for tests', () => {
    assert.deepEqual(read(pretrained), {
      resize: { shortestEdge: 288 },
      crop: ofSize(288),
      filter: 'bilinear',
      mean: [0.1, 0.2, 0.3],
      std: [0.4, 0.5, 0.6],
      ...always,
      assumed: [],
    });
  });

  test('is followed at the size for training where that is what the graph takes', () => {
    const { resize, crop } = read(pretrained, ofSize(224));
    assert.deepEqual([resize, crop], [{ shortestEdge: Math.floor(224 / 0.95) }, ofSize(224)]);
    assert.deepEqual(read(pretrained, ofSize(288)), read(pretrained));
    assert.deepEqual(read({ ...pretrained, test_crop_pct: null }).resize, {
      shortestEdge: Math.floor(288 / 0.95),
    });
  });

  test('squashes both sides to the size over the share, and crops that', () => {
    const { resize, crop } = read({ crop_mode: 'squash', crop_pct: 0.9, input_size: [3, 200, 100] });
    assert.deepEqual(
      [resize, crop],
      [
        { width: 111, height: 222 },
        { width: 100, height: 200 },
      ],
    );
  });

  test("gets timm's defaults where it says nothing, and tells which", () => {
    const { assumed, ...rest } = read({});
    assert.deepEqual(assumed, ['input_size', 'interpolation', 'crop_pct', 'mean', 'std']);
    assert.deepEqual(rest, {
      resize: { shortestEdge: 256 },
      crop: ofSize(224),
      filter: 'bicubic',
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      ...always,
    });
  });

  test('knows every interpolation that timm does, by its name', () => {
    for (const filter of ['nearest', 'bilinear', 'bicubic', 'box', 'hamming', 'lanczos'] as const) {
      assert.equal(read({ interpolation: filter }).filter, filter);
    }
    refuses({ interpolation: 'random' }, /c\.json.*pretrained_cfg\.interpolation/);
  });

  test('is refused by name where it asks for what is not done here', () => {
    refuses({ crop_mode: 'border' }, /pretrained_cfg\.crop_mode: expected center or squash .*"border"/);
    refuses(
      { crop_border_pixels: 4, tag: 'x' },
      /pretrained_cfg that are followed here.* crop_border_pixels 4/,
    );
    refuses({ input_size: [3, 224, 192] }, /expected a square as input_size .* received 224×192/);
    refuses({ input_size: 224 }, /pretrained_cfg\.input_size/);
    refuses({ std: [1, 0, 1] }, /pretrained_cfg\.std: expected no zero/);
    refuses(undefined, /c\.json: expected preprocessor_config\.json beside it, or pretrained_cfg in it/);
    assert.equal(read({ crop_border_pixels: null }).filter, 'bicubic');
  });

  test('is refused where it keeps none of the resized picture, or more than all of it', () => {
    for (const share of [0, -0.5, 1.01, 87.5]) {
      for (const key of ['crop_pct', 'test_crop_pct']) {
        refuses(
          { ...pretrained, [key]: share },
          new RegExp(`pretrained_cfg\\.${key}: expected a share above 0 and up to 1, received ${share}$`),
        );
      }
    }
    assert.deepEqual(read({ ...pretrained, test_crop_pct: 1e-3 }).resize, { shortestEdge: 288_000 });
  });

  test('names the labels, in either form, beside it or in it; id2label stands above them', () => {
    const labels = (document: object) => parseModelConfig(JSON.stringify(document), 'c.json').labels;
    assert.deepEqual(labels({ label_names: ['a', 'b'], pretrained_cfg: {} }), ['a', 'b']);
    assert.deepEqual(labels({ pretrained_cfg: { label_names: { 1: 'b', 0: 'a' } } }), ['a', 'b']);
    assert.deepEqual(labels({ label_names: ['a'], id2label: { 0: 'c' } }), ['c']);
    assert.throws(() => labels({ label_names: { 0: 'a', 2: 'c' } }), /0 to 1 without a gap/);
    assert.throws(() => labels({ pretrained_cfg: pretrained }), /id2label, .*or timm's label_names/);
  });

  const timm = { label_names: ['red', 'green', 'blue'], pretrained_cfg: { ...pretrained, crop_pct: 1 } };

  test('is a model with its graph: a folder without preprocessor_config.json', async (t) => {
    const files = modelFiles({
      'model.onnx': channelMeans({ shape: [1, 3, 224, 224] }),
      'config.json': timm,
      'preprocessor_config.json': undefined,
    });
    const classifier = await loadModel(await writeFiles(await temporaryFolder(t), files));
    t.after(() => classifier.release());
    assert.deepEqual(classifier.plan, {
      resize: { shortestEdge: 224 },
      crop: ofSize(224),
      filter: 'bilinear',
      rounding: 'torchvision',
      channels: 3,
    });
    await checkConfigFile('config.json', JSON.stringify(timm), 'c.json', true);
  });

  test('is not read where preprocessor_config.json says what becomes of pictures', async (t) => {
    const files = modelFiles({ 'config.json': timm });
    const classifier = await loadModel(await writeFiles(await temporaryFolder(t), files));
    t.after(() => classifier.release());
    assert.deepEqual(classifier.plan.resize, ofSize(2));
  });

  test('is missed before a graph has been fetched', async () => {
    const alone = checkConfigFile('config.json', JSON.stringify({ id2label: { 0: 'a' } }), 'c.json', true);
    await assert.rejects(alone, /c\.json: expected preprocessor_config\.json beside it, or pretrained_cfg/);
  });
});
