import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import type { Classifier } from '../../../functions/classify/model/classifier.ts';
import { loadModel } from '../../../functions/classify/model/load.ts';
import { type Operation, writeOnnx } from '../../../models/onnx-writer.ts';
import { InvalidRequestError, ModelLoadError } from '../../../platform/errors.ts';
import {
  channelMeans,
  channelMeansGraph,
  config,
  flat,
  modelFiles,
  preprocessorConfig,
  temporaryFolder,
  writeFiles,
} from './model-folders.ts';

const load = async (t: TestContext, replaced: Parameters<typeof modelFiles>[0] = {}): Promise<Classifier> => {
  const classifier = await loadModel(await writeFiles(await temporaryFolder(t), modelFiles(replaced)), {
    name: 'means',
  });
  t.after(() => classifier.release());
  return classifier;
};

/** The channel means with more operations between them and the output. */
const andThen = (
  operations: readonly Operation[],
  constants: Readonly<Record<string, number>> = {},
): Uint8Array => {
  const graph = channelMeansGraph();
  return writeOnnx({
    ...graph,
    constants: Object.entries(constants).map(([name, value]) => ({ name, shape: [], values: [value] })),
    operations: [
      ...graph.operations.map((each) =>
        each.outputs[0] === 'scores' ? { ...each, outputs: ['means'] } : each,
      ),
      ...operations,
    ],
  });
};

const small = { ...preprocessorConfig, do_rescale: true, rescale_factor: 1 / 64 };
const best = async (classifier: Classifier, ...colour: readonly number[]) =>
  (await classifier.classify(flat(...colour), 1))[0]?.class;

suite('classifying', () => {
  test('answers softmax of the logits, best first', async (t) => {
    const classifier = await load(t, { 'preprocessor_config.json': small });
    const tags = await classifier.classify(flat(64, 128, 0), 3);
    const total = Math.exp(1) + Math.exp(2) + 1;
    assert.deepEqual(
      tags.map((tag) => tag.class),
      ['green', 'red', 'blue'],
    );
    tags.forEach((tag, index) => {
      assert.ok(Math.abs(tag.confidence - Math.exp(2 - index) / total) < 1e-6);
    });
  });

  test('passes probabilities through untouched, ties by lower index', async (t) => {
    const classifier = await load(t, {
      'config.json': { ...config, output: 'probabilities' },
      'preprocessor_config.json': { ...small, rescale_factor: 1 / 256 },
    });
    assert.deepEqual(await classifier.classify(flat(64, 128, 64), 3), [
      { class: 'green', confidence: 0.5 },
      { class: 'red', confidence: 0.25 },
      { class: 'blue', confidence: 0.25 },
    ]);
  });

  test('answers row 0 of a fixed batch', async (t) => {
    const classifier = await load(t, {
      'model.onnx': channelMeans({ shape: [4, 3, 2, 2] }, { shape: [4, 3] }),
      'preprocessor_config.json': small,
    });
    assert.equal(classifier.classes, 3);
    assert.equal(await best(classifier, 0, 0, 200), 'blue');
    assert.equal(await best(classifier, 0, 200, 0), 'green');
  });

  test('feeds float16 as halves and uint8 as bytes', async (t) => {
    const half = await load(t, {
      'model.onnx': channelMeans({ elementType: 'float16' }),
      'preprocessor_config.json': small,
    });
    const whole = await load(t, { 'preprocessor_config.json': small });
    assert.deepEqual(await half.classify(flat(64, 32, 16), 3), await whole.classify(flat(64, 32, 16), 3));
    const bytes = await load(t, { 'model.onnx': channelMeans({ elementType: 'uint8' }) });
    assert.deepEqual(
      (await bytes.classify(flat(64, 65, 66), 3)).map((tag) => tag.class),
      ['blue', 'green', 'red'],
    );
  });

  test('reads scores that are float16', async (t) => {
    const graph = channelMeansGraph();
    const halves = writeOnnx({
      ...graph,
      outputs: [{ name: 'halves', elementType: 'float16', shape: ['batch', 3] }],
      operations: [
        ...graph.operations,
        { type: 'Cast', inputs: ['scores'], outputs: ['halves'], attributes: { to: 10 } },
      ],
    });
    const classifier = await load(t, { 'model.onnx': halves, 'preprocessor_config.json': small });
    const whole = await load(t, { 'preprocessor_config.json': small });
    assert.deepEqual(
      await classifier.classify(flat(64, 32, 16), 3),
      await whole.classify(flat(64, 32, 16), 3),
    );
  });

  test('gives BGR to a graph that wants it', async (t) => {
    const classifier = await load(t, {
      'preprocessor_config.json': { ...small, do_flip_channel_order: true },
    });
    assert.equal(await best(classifier, 200, 0, 0), 'blue');
  });

  test('keeps calls made at the same time apart, though they share one input', async (t) => {
    const classifier = await load(t, { 'preprocessor_config.json': small });
    const colours = Array.from({ length: 60 }, (_, index) =>
      [0, 1, 2].map((channel) => (index % 3 === channel ? 200 : index)),
    );
    const answers = await Promise.all(colours.map((colour) => best(classifier, ...colour)));
    assert.deepEqual(
      answers,
      colours.map((_, index) => ['red', 'green', 'blue'][index % 3]),
    );
  });

  test('refuses pixels that are not as planned, and goes on', async (t) => {
    const classifier = await load(t, { 'preprocessor_config.json': small });
    const wrong = { data: new Uint8Array(3), width: 1, height: 1, channels: 3 as const };
    const [refused, answered] = await Promise.allSettled([
      classifier.classify(wrong, 1),
      classifier.classify(flat(9, 0, 0), 1),
    ]);
    assert.ok(refused.status === 'rejected' && refused.reason instanceof InvalidRequestError);
    assert.equal(answered.status, 'fulfilled');
  });

  test('refuses NaN among the scores, naming model and class', async (t) => {
    const graph = andThen(
      [
        { type: 'Sub', inputs: ['most', 'means'], outputs: ['rest'] },
        { type: 'Sqrt', inputs: ['rest'], outputs: ['scores'] },
      ],
      { most: 100 },
    );
    const classifier = await load(t, { 'model.onnx': graph });
    assert.equal(await best(classifier, 50, 0, 50), 'green');
    await assert.rejects(
      classifier.classify(flat(0, 255, 0), 1),
      (error: unknown) =>
        error instanceof ModelLoadError && /model means: .*NaN for class 0/.test(error.message),
    );
  });

  test('releases only after the runs under way', async (t) => {
    const classifier = await loadModel(await writeFiles(await temporaryFolder(t), modelFiles()));
    const answers = [1, 2, 3].map((red) => classifier.classify(flat(red, 0, 0), 1));
    await classifier.release();
    for (const [tag] of await Promise.all(answers)) assert.equal(tag?.class, 'red');
  });
});
