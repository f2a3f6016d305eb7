import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { activate, softmax } from '../../../functions/classify/core/scores.ts';
import { topK } from '../../../functions/classify/core/top-k.ts';
import { ModelLoadError } from '../../../platform/errors.ts';

const logits = fc.float32Array({ minLength: 1, maxLength: 50, noNaN: true, noDefaultInfinity: true });
const scores = fc.float32Array({ minLength: 1, maxLength: 50, noNaN: true });
const few = fc.array(fc.constantFrom(0.1, 0.2, 0.3), { minLength: 1, maxLength: 40 });

suite('softmax', () => {
  test('sums to 1 and keeps the order, for logits of any size', () => {
    fc.assert(
      fc.property(logits, (given) => {
        const shares = softmax(given);
        assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
        given.forEach((logit, i) => {
          given.forEach((other, j) => {
            if (logit > other) assert.ok((shares[i] ?? 0) >= (shares[j] ?? 0));
          });
        });
      }),
    );
  });

  test('does not change when every logit moves by the same amount', () => {
    assert.deepEqual(softmax(Float32Array.of(1, 2, 4)), softmax(Float32Array.of(1001, 1002, 1004)));
  });

  test('is left out where the scores are probabilities, and sigmoid takes each by itself', () => {
    const given = Float32Array.of(0.25, 0.75);
    assert.equal(activate(given, 'none'), given);
    assert.deepEqual([...activate(Float32Array.of(0, 0), 'softmax')], [0.5, 0.5]);
    assert.deepEqual(
      [...activate(Float32Array.of(0, Math.log(3), -1000), 'sigmoid')].map((share) => share.toFixed(6)),
      ['0.500000', '0.750000', '0.000000'],
    );
  });
});

suite('top-k', () => {
  test('is the head of a stable descending sort, ties and all', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          scores,
          few.map((values) => Float32Array.from(values)),
        ),
        fc.integer({ min: 1, max: 60 }),
        (given, k) => {
          const sorted = [...given]
            .map((confidence, index) => ({ index, confidence }))
            .sort((a, b) =>
              a.confidence === b.confidence ? a.index - b.index : b.confidence - a.confidence,
            );
          assert.deepEqual(topK(given, k), sorted.slice(0, k));
        },
      ),
    );
  });

  test('refuses NaN, and names the class', () => {
    assert.throws(
      () => topK(Float32Array.of(1, Number.NaN), 1),
      (error: unknown) => error instanceof ModelLoadError && /NaN for class 1/.test(error.message),
    );
    assert.throws(() => topK(softmax(Float32Array.of(1, Number.POSITIVE_INFINITY)), 1), ModelLoadError);
  });
});
