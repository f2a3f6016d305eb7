import assert from 'node:assert/strict';
import { copyFileSync, cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ModelCheck } from '../../../functions/classify/index.ts';
import { writeOnnx } from '../../../models/onnx-writer.ts';
import {
  channelMeans,
  channelMeansGraph,
  config,
  modelFiles,
  preprocessorConfig,
  writeFiles,
} from '../../functions/classify/model-folders.ts';
import { needsSharedData, sharedPath } from '../../functions/classify/shared-data.ts';
import { droste } from '../support/droste.ts';
import { embedded, makeFolder } from './support/models.ts';

const check = (...args: readonly string[]) => droste(['model', 'check', ...args]);

const checked = async (...args: readonly string[]): Promise<ModelCheck> => {
  const { code, stdout, stderr } = await check(...args, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
};

const folderOf = (t: TestContext, replaced: Parameters<typeof modelFiles>[0] = {}): Promise<string> =>
  writeFiles(makeFolder(t), modelFiles(replaced));

test('the embedded model is described step by step, for people and as JSON', async () => {
  const { code, stdout, stderr } = await droste(['model', 'check', 'basic-colours']);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^basic-colours, \S+basic-colours\nsha256 [0-9a-f]{64}\n\ngraph\n/);
  assert.match(stdout, /^ {2}file: model\.onnx, opset 17, IR version 8, by droste$/m);
  assert.match(stdout, /^ {2}input: \S+, float32 \[batch, 3, height, width\], NCHW, batch symbolic$/m);
  assert.match(stdout, /^ {2}1\. decode to RGB of 8 bits, colours converted to sRGB by their profile, /m);
  assert.match(stdout, /^ {2}2\. resize to 64×64, whatever its shape; bilinear as Pillow/m);
  assert.match(stdout, /^ {2}6\. to the graph as RGB, NCHW, float32, 64×64, values from 0 to 1$/m);
  assert.match(stdout, /^ {2}11 classes, one of them holds: probabilities already$/m);
  assert.match(stdout, /^ {2}lemon\.jpg: white 60\.5%, /m);
  assert.match(stdout, /\nunusual\n {2}nothing\n$/);

  const { graph, samples, unusual } = await checked(
    embedded,
    '--picture',
    join(embedded, '../../examples/pictures/frog.avif'),
  );
  assert.deepEqual([graph.files, graph.layout, graph.batch], [['model.onnx'], 'NCHW', 'symbolic']);
  assert.deepEqual(
    samples.map(({ picture }) => picture),
    ['frog.avif'],
  );
  assert.deepEqual(unusual, []);
});

test('answers of Python beside the model are compared, and a difference is exit 1', async (t) => {
  const folder = makeFolder(t);
  cpSync(embedded, folder, { recursive: true });
  copyFileSync(join(embedded, '../../examples/pictures/lemon.jpg'), join(folder, 'lemon.jpg'));
  const [sample] = (await checked(folder)).samples;
  assert.ok(sample && 'tags' in sample.answer);
  const pairs = sample.answer.tags.map((tag) => ({ label: tag.class, score: tag.confidence }));
  const put = (examples: object) => writeFileSync(join(folder, 'examples.json'), JSON.stringify(examples));
  put({ 'lemon.jpg': pairs });
  assert.deepEqual((await checked(folder)).agreement, {
    pictures: 1,
    same: 1,
    largestDifference: 0,
    differing: [],
  });

  put({ 'lemon.jpg': pairs.toReversed() });
  const { code, stdout } = await check(folder);
  assert.equal(code, 1);
  assert.match(stdout, /^ {2}0 of 1 pictures of examples\.json have the same classes in the same order$/m);
  assert.match(stdout, /^ {2}lemon\.jpg: expected .*, white, received white, /m);

  put({ 'lemon.jpg': 'a lemon' });
  assert.match((await check(folder)).stderr, /examples\.json is not as expected at lemon\.jpg/);
});

const labelled = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [index, `class ${index}`]));

const graph = channelMeansGraph();
const withOutput = (name: string, shape: readonly (number | string)[]) =>
  writeOnnx({
    ...graph,
    outputs: [...graph.outputs, { name, shape }],
    operations: [...graph.operations, { type: 'Relu', inputs: ['numbers'], outputs: [name] }],
  });

/** Folders that are wrong, and what is said of each. */
const broken: Readonly<
  Record<string, readonly [replaced: Parameters<typeof modelFiles>[0], message: RegExp]>
> = {
  'an empty preprocessor_config.json': [
    { 'preprocessor_config.json': {} },
    /preprocessor_config\.json: expected it to say size .* resample/,
  ],
  'keys of another tool': [
    { 'preprocessor_config.json': { ...preprocessorConfig, channel_order: 'BGR', img_mean: [1, 2, 3] } },
    /received channel_order "BGR" \(is do_flip_channel_order meant\?\), img_mean/,
  ],
  'no graph': [{ 'model.onnx': undefined }, /expected a graph at one of model\.onnx/],
  'a pointer of Git LFS for a graph': [
    { 'model.onnx': 'version https://git-lfs.github.com/spec/v1' },
    /expected a graph that ONNX Runtime can load/,
  ],
  'too few labels': [
    { 'config.json': { ...config, id2label: labelled(2) } },
    /expected 3 labels .* received 2/,
  ],
  'a hole in the labels': [
    { 'config.json': { id2label: { 0: 'a', 2: 'c', 3: 'd' } } },
    /without a gap, received no 1/,
  ],
  'a size that the graph does not take': [
    { 'preprocessor_config.json': { ...preprocessorConfig, size: { height: 3, width: 3 } } },
    /expected pictures of 2×2 pixels .* received 3×3/,
  ],
  'probabilities that are called logits': [
    {
      'config.json': { id2label: labelled(3), output: 'probabilities' },
      'preprocessor_config.json': { ...preprocessorConfig, do_normalize: true, image_mean: 5, image_std: 1 },
      'model.onnx': writeOnnx({
        ...graph,
        constants: [{ name: 'five', shape: [], values: [5] }],
        operations: graph.operations
          .map((each) => (each.outputs[0] === 'scores' ? { ...each, outputs: ['means'] } : each))
          .concat({ type: 'Add', inputs: ['means', 'five'], outputs: ['scores'] }),
      }),
    },
    /expected scores from 0 to 1, since "output" is "probabilities", received 5/,
  ],
  'a detector': [
    { 'model.onnx': withOutput('pred_boxes', ['batch', 3, 2, 2]) },
    /received the output pred_boxes .*: detection and segmentation/,
  ],
  'a segmenter': [
    { 'config.json': { ...config, architectures: ['SegformerForSemanticSegmentation'] } },
    /segmentation answers a class for every pixel/,
  ],
  'an input of five channels': [
    { 'model.onnx': channelMeans({ shape: ['batch', 5, 2, 2] }) },
    /expected 1 or 3 channels/,
  ],
  'half a JSON file': [{ 'config.json': '{"id2label": ' }, /config\.json: expected JSON/],
};

for (const [title, [replaced, message]] of Object.entries(broken)) {
  test(`a folder with ${title} fails with one line that says so`, async (t) => {
    const { code, stdout, stderr } = await check(await folderOf(t, replaced));
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^error: ModelLoadError: .*\n$/);
    assert.match(stderr, message);
  });
}

test('what is unusual and loads is said', async (t) => {
  const said = async (replaced: Parameters<typeof modelFiles>[0]) =>
    (await checked(await folderOf(t, replaced))).unusual.join('\n');
  const [batch, any, outputs, labels] = await Promise.all([
    said({ 'model.onnx': channelMeans({ shape: [4, 3, 2, 2] }, { shape: [4, 3] }) }),
    said({
      'model.onnx': channelMeans({ elementType: 'float16', shape: ['n', 3, 'h', 'w'] }),
      'preprocessor_config.json': {
        image_processor_type: 'MobileViTImageProcessor',
        size: { height: 2, width: 2 },
        crop_size: 2,
      },
    }),
    said({ 'model.onnx': withOutput('features', ['batch', 3, 2, 2]) }),
    said({ 'config.json': { ...config, id2label: { 0: 'LABEL_0', 1: 'crane', 2: 'crane' } } }),
  ]);
  assert.match(batch, /batch is fixed at 4: every picture costs a run of 4/);
  assert.match(batch, /gets values from 0 to 255: right only where it normalises itself/);
  assert.match(any, /the graph takes float16/);
  assert.match(any, /the folder does not say resample: the defaults of its processor are taken/);
  assert.match(any, /the graph takes BGR/);
  assert.match(
    outputs,
    /2 outputs \(scores .*, features .*\); scores is taken, the first with one score per class/,
  );
  assert.match(labels, /crane \(1, 2\)/);
  assert.match(labels, /1 labels are no names \(LABEL_0\)/);
});

test('a model or a picture that is not there is a usage error', async () => {
  const model = await check('no-such-model');
  assert.equal(model.code, 2);
  assert.match(model.stderr, /expected a name \(basic-colours\)/);
  const picture = await check('basic-colours', '--picture', 'no-such.jpg');
  assert.equal(picture.code, 2);
  assert.match(picture.stderr, /no-such\.jpg: expected a picture that can be read/);
});

const models = {
  'squeezenet1.1': { layout: 'NCHW', batch: 1, unusual: [] },
  'mobilenetv2-int8': { layout: 'NCHW', batch: 'symbolic', unusual: [] },
  'shufflenetv2-qdq': { layout: 'NCHW', batch: 1, unusual: [] },
  'mobilenetv1-0.25-nhwc': { layout: 'NHWC', batch: 'symbolic', unusual: [] },
  'squeezenet1.0-tf-1001': {
    layout: 'NHWC',
    batch: 'symbolic',
    unusual: ['1,001 classes, the first being "background"'],
  },
} as const;

for (const [name, expected] of Object.entries(models)) {
  test(
    `${name} is described, and agrees with what Python answers for real photos`,
    needsSharedData,
    async (t) => {
      const folder = makeFolder(t);
      const given = sharedPath(`models/${name}`);
      for (const file of ['config.json', 'preprocessor_config.json', 'model.onnx']) {
        symlinkSync(join(given, file), join(folder, file));
      }
      const { images } = JSON.parse(readFileSync(sharedPath(`expected/${name}.json`), 'utf8'));
      const { id2label } = JSON.parse(readFileSync(join(given, 'config.json'), 'utf8'));
      const photos = Object.keys(images).slice(0, 5);
      const examples: Record<string, { label: string; score: number }[]> = {};
      for (const photo of photos) {
        symlinkSync(sharedPath(`photos/labelled/${photo}`), join(folder, photo));
        const best: readonly (readonly [number, number, number])[] = images[photo]['pil-crop256-bilinear'];
        examples[photo] = best.map(([index, , score]) => ({ label: id2label[index], score }));
      }
      writeFileSync(join(folder, 'examples.json'), JSON.stringify(examples));
      const { graph: read, steps, samples, unusual, agreement } = await checked(folder);
      assert.deepEqual({ layout: read.layout, batch: read.batch, unusual }, expected);
      assert.ok(read.opset > 0 && read.operations.length > 3);
      assert.match(steps[1] ?? '', /resize the shorter side to 256, keeping the shape; bilinear/);
      assert.equal(steps[2], 'crop the middle 224×224');
      const [lemon] = samples;
      assert.ok(lemon && 'tags' in lemon.answer);
      assert.equal(lemon.answer.tags.length, 5);
      assert.deepEqual([agreement?.pictures, agreement?.same], [5, 5]);
      assert.ok((agreement?.largestDifference ?? 1) < 1e-4);
    },
  );
}
