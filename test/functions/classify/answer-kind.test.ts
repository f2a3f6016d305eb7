import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { settleAnswerKind } from '../../../functions/classify/core/answer-kind.ts';
import type { ModelConfig } from '../../../functions/classify/core/labels.ts';
import { ModelLoadError } from '../../../platform/errors.ts';

const settle = (config: Partial<ModelConfig>, ...numbers: readonly number[]) =>
  settleAnswerKind(
    { labels: numbers.map((_, index) => `class ${index}`), warnings: [], ...config },
    Float32Array.from(numbers),
    'c.json',
  );
const activation = (config: Partial<ModelConfig>, ...numbers: readonly number[]) => {
  const { kind } = settle(config, ...numbers);
  return kind.form === 'tags' ? kind.activation : kind.form;
};
const refuses = (work: () => unknown, message: RegExp): void =>
  assert.throws(work, (error: unknown) => error instanceof ModelLoadError && message.test(error.message));

suite('what a model answers', () => {
  test('is classes that exclude each other where config.json says nothing else', () => {
    assert.equal(activation({}, 3, -1), 'softmax');
    assert.equal(activation({ problem: 'single_label_classification' }, 3, -1), 'softmax');
    assert.equal(activation({ output: 'logits' }, 0.5, 0.5), 'softmax');
    assert.equal(activation({ output: 'probabilities' }, 0.5, 0.5), 'none');
  });

  test('is classes each by itself for multi-label models, above a threshold', () => {
    const problem = 'multi_label_classification';
    assert.equal(activation({ problem }, 3, -1), 'sigmoid');
    assert.equal(activation({ problem, output: 'probabilities' }, 0.9, 0.9), 'none');
    const { kind } = settle({ problem }, 3, -1);
    assert.ok(kind.form === 'tags' && kind.isMultiLabel && kind.threshold === 0.5);
    const own = settle({ problem, threshold: 0.3 }, 3, -1).kind;
    assert.ok(own.form === 'tags' && own.threshold === 0.3);
  });

  test('is a sigmoid of one number, for one class or for two, and never a softmax of one', () => {
    const one = settle({}, 3).kind;
    assert.ok(one.form === 'tags' && one.activation === 'sigmoid' && !one.isBinary);
    const two = settle({ labels: ['cat', 'dog'] }, 3).kind;
    assert.ok(two.form === 'tags' && two.activation === 'sigmoid' && two.isBinary);
    assert.equal(activation({ labels: ['cat', 'dog'], output: 'probabilities' }, 0.7), 'none');
  });

  test('is numbers as they are for a regression, and an embedding where that is said', () => {
    assert.equal(activation({ problem: 'regression' }, 7.3), 'scores');
    assert.equal(activation({ output: 'scores' }, 7.3, 2), 'scores');
    assert.equal(activation({ output: 'embedding', labels: [] }, 7.3, 2), 'embedding');
    refuses(() => settle({ problem: 'regression', output: 'probabilities' }, 0.3), /one kind of answer/);
    refuses(
      () => settle({ problem: 'multi_label_classification', output: 'scores' }, 1, 2),
      /one kind of answer/,
    );
  });

  test('has a label for every number, but for the two of a binary model', () => {
    refuses(() => settle({ labels: ['a'] }, ...Array(1001).fill(1)), /expected 1001 labels.*received 1/);
    refuses(() => settle({ labels: ['a', 'b', 'c'] }, 1), /expected 1 labels.*received 3/);
    refuses(() => settle({ labels: ['a', 'b'], problem: 'regression' }, 1), /expected 1 labels.*received 2/);
  });

  test('is asked for where a graph evidently ends in softmax or sigmoid and config.json is silent', () => {
    refuses(() => settle({}, 0.3, 0.7), /they sum to 1\.000.*say "output": "probabilities"/);
    const problem = 'multi_label_classification';
    refuses(
      () => settle({ problem }, 0.1, 0.2, 0.9, 0.8),
      /4 scores that seem to be probabilities.*say "output"/,
    );
    assert.equal(activation({ problem, output: 'logits' }, 0.1, 0.2, 0.9, 0.8), 'sigmoid');
    // one logit is between 0 and 1 often enough
    assert.match(settle({}, 0.3).warnings.join(), /may end in sigmoid already .*"output": "probabilities"/);
    assert.deepEqual(settle({}, 3).warnings, []);
  });

  test('is refused where probabilities are declared and logits come', () => {
    refuses(
      () => settle({ output: 'probabilities' }, 12.5, -3),
      /from 0 to 1.*received 12\.5.*end in softmax/,
    );
    refuses(() => settle({ output: 'probabilities' }, 12.5), /received 12\.5.*end in sigmoid/);
  });
});
