import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkLabelCount, parseModelConfig } from '../../../functions/classify/core/labels.ts';
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
    refuses(() => parse({}), /c\.json.*id2label: expected record, received none \(the key is missing\)/);
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

  test('is refused with an output that is neither logits nor probabilities', () => {
    refuses(
      () => parse({ id2label: {}, output: 'softmax' }),
      /output: expected logits or probabilities, received "softmax"/,
    );
  });

  test('is refused for classes that do not exclude each other', () => {
    refuses(
      () => parse({ id2label: {}, problem_type: 'multi_label_classification' }),
      /received multi_label/,
    );
  });

  test('must have a label for every output of the graph', () => {
    assert.deepEqual(checkLabelCount(['a', 'b'], 2), ['a', 'b']);
    refuses(() => checkLabelCount(['a'], 1001), /expected 1001 labels.*received 1/);
  });
});
