import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type AnswerOptions, answerOf } from '../../../functions/classify/core/answer.ts';
import type { AnswerKind } from '../../../functions/classify/core/answer-kind.ts';
import { ModelLoadError } from '../../../platform/errors.ts';

const tags = (kind: Partial<Extract<AnswerKind, { form: 'tags' }>>): AnswerKind => ({
  form: 'tags',
  activation: 'none',
  isBinary: false,
  isMultiLabel: false,
  threshold: 0,
  labels: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
  ...kind,
});
const numbers = Float32Array.of(0.5, 0.75, 0.25, 0.75, 0, 0.625, 0.125);
const classes = (kind: AnswerKind, options?: AnswerOptions) => {
  const answer = answerOf(numbers, kind, options);
  assert.ok('tags' in answer);
  return answer.tags.map((tag) => tag.class).join('');
};

suite('an answer', () => {
  test('is the five best tags, best first, ties by lower index', () => {
    assert.equal(classes(tags({})), 'bdfac');
    assert.equal(classes(tags({}), { topK: 2 }), 'bd');
    assert.equal(classes(tags({}), { topK: 100, minConfidence: 0.25 }), 'bdfac');
  });

  test('is all tags from the threshold up where classes do not exclude each other', () => {
    const kind = tags({ isMultiLabel: true, threshold: 0.125 });
    assert.equal(classes(kind), 'bdfacg');
    assert.equal(classes(kind, { topK: 1 }), 'b');
    assert.equal(classes(kind, { minConfidence: 0.7 }), 'bd');
    assert.equal(classes(kind, { minConfidence: 0 }), 'bdfacge');
  });

  test('is two tags of one number for a binary model', () => {
    const kind = tags({ isBinary: true, activation: 'sigmoid', labels: ['cat', 'dog'] });
    const answer = answerOf(Float32Array.of(Math.log(3)), kind);
    assert.ok('tags' in answer);
    assert.deepEqual(
      answer.tags.map((tag) => [tag.class, tag.confidence.toFixed(6)]),
      [
        ['dog', '0.750000'],
        ['cat', '0.250000'],
      ],
    );
  });

  test('is every score with its name, in as few digits as tell its float32', () => {
    const kind: AnswerKind = { form: 'scores', labels: ['quality', 'blur'] };
    assert.deepEqual(answerOf(Float32Array.of(7.3, -0.1), kind), {
      scores: [
        { class: 'quality', score: 7.3 },
        { class: 'blur', score: -0.1 },
      ],
    });
  });

  test('is an embedding that comes back bit for bit, as base64 or as an array', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 1, noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(undefined, 'base64' as const, 'array' as const),
        (vector, embeddingFormat) => {
          const answer = answerOf(vector, { form: 'embedding' }, { embeddingFormat });
          assert.ok('embedding' in answer);
          const { embedding } = JSON.parse(JSON.stringify(answer));
          assert.equal(typeof embedding === 'string', embeddingFormat !== 'array');
          const back =
            typeof embedding === 'string'
              ? new Float32Array(Uint8Array.from(Buffer.from(embedding, 'base64')).buffer)
              : Float32Array.from(embedding);
          // JSON has no -0
          assert.deepEqual(
            [...back].map((value) => value + 0),
            [...vector].map((value) => value + 0),
          );
        },
      ),
    );
  });

  test('is refused where JSON could not hold it', () => {
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const kind of [{ form: 'scores', labels: ['a', 'b'] }, { form: 'embedding' }] as const) {
        assert.throws(
          () => answerOf(Float32Array.of(1, odd), kind),
          (error: unknown) =>
            error instanceof ModelLoadError && /finite numbers, received .* at 1/.test(error.message),
        );
      }
    }
  });
});
