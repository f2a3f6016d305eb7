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
  tagsOf,
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
  (await tagsOf(classifier, flat(...colour), 1))[0]?.class;

suite('classifying', () => {
  test('answers softmax of the logits, best first', async (t) => {
    const classifier = await load(t, { 'preprocessor_config.json': small });
    const tags = await tagsOf(classifier, flat(64, 128, 0), 3);
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
    assert.deepEqual(await tagsOf(classifier, flat(64, 128, 64), 3), [
      { class: 'green', confidence: 0.5 },
      { class: 'red', confidence: 0.25 },
      { class: 'blue', confidence: 0.25 },
    ]);
  });

  test('answers several classes at once, scores, a binary choice or an embedding, as config.json says', async (t) => {
    const multi = await load(t, { 'config.json': { ...config, problem_type: 'multi_label_classification' } });
    const classes = async (red: number, green: number, blue: number) =>
      (await tagsOf(multi, flat(red, green, blue), 100)).map((tag) => tag.class);
    assert.deepEqual(await classes(9, 0, 20), ['blue', 'red', 'green']);
    const scores = await load(t, {
      'config.json': { id2label: config.id2label, problem_type: 'regression' },
      'preprocessor_config.json': small,
    });
    assert.deepEqual(await scores.answer(flat(64, 128, 32)), {
      scores: [
        { class: 'red', score: 1 },
        { class: 'green', score: 2 },
        { class: 'blue', score: 0.5 },
      ],
    });
    const embedding = await load(t, {
      'config.json': { output: 'embedding' },
      'preprocessor_config.json': small,
    });
    assert.equal(embedding.classes, 3);
    assert.deepEqual(await embedding.answer(flat(64, 128, 32), { embeddingFormat: 'array' }), {
      embedding: [1, 2, 0.5],
    });
    const grey = channelMeans({ shape: [1, 1, 2, 2] }, { shape: [1, 1] });
    const binary = await load(t, {
      'model.onnx': grey,
      'config.json': { id2label: { 0: 'dark', 1: 'light' }, output: 'probabilities' },
      'preprocessor_config.json': { ...small, rescale_factor: 1 / 256 },
    });
    const light = { data: new Uint8Array(4).fill(192), width: 2, height: 2, channels: 1 as const };
    assert.deepEqual(await tagsOf(binary, light, 5), [
      { class: 'light', confidence: 0.75 },
      { class: 'dark', confidence: 0.25 },
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
    assert.deepEqual(await tagsOf(half, flat(64, 32, 16), 3), await tagsOf(whole, flat(64, 32, 16), 3));
    const bytes = await load(t, { 'model.onnx': channelMeans({ elementType: 'uint8' }) });
    assert.deepEqual(
      (await tagsOf(bytes, flat(64, 65, 66), 3)).map((tag) => tag.class),
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
    assert.deepEqual(await tagsOf(classifier, flat(64, 32, 16), 3), await tagsOf(whole, flat(64, 32, 16), 3));
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
      tagsOf(classifier, wrong, 1),
      tagsOf(classifier, flat(9, 0, 0), 1),
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
      tagsOf(classifier, flat(0, 255, 0), 1),
      (error: unknown) =>
        error instanceof ModelLoadError && /model means: .*NaN for class 0/.test(error.message),
    );
  });

  test('releases only after the runs under way', async (t) => {
    const classifier = await loadModel(await writeFiles(await temporaryFolder(t), modelFiles()));
    const answers = [1, 2, 3].map((red) => tagsOf(classifier, flat(red, 0, 0), 1));
    await classifier.release();
    for (const [tag] of await Promise.all(answers)) assert.equal(tag?.class, 'red');
  });
});
