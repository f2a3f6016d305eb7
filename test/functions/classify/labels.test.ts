import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseModelConfig } from '../../../functions/classify/core/labels.ts';
import { ModelLoadError } from '../../../platform/errors.ts';

const parse = (document: object) => parseModelConfig(JSON.stringify(document), 'c.json');
const refuses = (work: () => unknown, message: RegExp): void =>
  assert.throws(work, (error: unknown) => error instanceof ModelLoadError && message.test(error.message));

suite('config.json', () => {
  test('gives the labels in the order of their indexes, whatever else it says', () => {
    const document = {
      id2label: { 2: 'c', 0: 'a', 1: 'a' },
      num_labels: 3,
      model_type: 'vit',
      problem_type: null,
    };
    assert.deepEqual(parse(document).labels, ['a', 'a', 'c']);
    assert.equal(parse({ ...document, output: 'probabilities' }).output, 'probabilities');
  });

  test('warns of labels that several classes have, naming the first of them', () => {
    assert.deepEqual(parse({ id2label: { 0: 'crane', 1: 'b', 2: 'crane' } }).warnings, [
      'c.json: classes share labels, so results do not tell them apart: crane (0, 2)',
    ]);
    assert.deepEqual(parse({ id2label: { 0: 'a', 1: 'b' } }).warnings, []);
    const pairs = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [index, `${index >> 1}`]));
    assert.match(parse({ id2label: pairs }).warnings[0] ?? '', /2 \(4, 5\) and 2 more$/);
  });

  test('is refused without labels, and with labels that are none', () => {
    refuses(() => parse({}), /c\.json: expected id2label, .*received none/);
    refuses(() => parse({ id2label: { 0: 1 } }), /id2label\.0.*expected string, received number/);
    refuses(() => parse({ id2label: ['a'] }), /id2label/);
    refuses(() => parseModelConfig('nonsense', 'c.json'), /c\.json: expected JSON/);
  });

  test('is refused where an index is no index or missing', () => {
    refuses(() => parse({ id2label: { 0: 'a', one: 'b' } }), /class indexes, received "one"/);
    refuses(() => parse({ id2label: { '00': 'a' } }), /received "00"/);
    refuses(() => parse({ id2label: { 1: 'b' } }), /0 to 0 without a gap, received no 0/);
    refuses(() => parse({ id2label: { 0: 'a', 2: 'c' } }), /0 to 1 without a gap, received no 1/);
  });

  test('is refused with an output that is none', () => {
    refuses(
      () => parse({ id2label: {}, output: 'softmax' }),
      /output: expected logits, probabilities, scores or embedding, received "softmax"/,
    );
  });

  test('is refused with a problem that is none, and for a task that is another', () => {
    refuses(
      () => parse({ id2label: {}, problem_type: 'multi_label' }),
      /problem_type: expected single_label_classification, multi_label_classification or regression, received "multi_label"/,
    );
    for (const [architecture, answer] of [
      ['SegformerForSemanticSegmentation', /segmentation answers a class for every pixel/],
      ['DetrForObjectDetection', /detection answers boxes/],
      ['DPTForDepthEstimation', /depth estimation answers a number for every pixel/],
    ] as const) {
      refuses(() => parse({ id2label: { 0: 'a' }, architectures: [architecture] }), answer);
    }
    assert.deepEqual(parse({ id2label: { 0: 'a' }, architectures: ['ViTForImageClassification'] }).labels, [
      'a',
    ]);
  });

  test('needs no labels for an embedding', () => {
    assert.deepEqual(parse({ output: 'embedding', id2label: null }).labels, []);
  });
});
