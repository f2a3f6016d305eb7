import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { workedOutcome as worked } from '../../../engine/invocation/worked-outcome.ts';
import { seal } from '../../../engine/protocol/envelope.ts';
import { openReply } from '../../../engine/protocol/open-reply.ts';
import { ImageDecodeError } from '../../../platform/errors.ts';

const workedOutcome = (given: unknown) => worked(given, 1_000_000);

test('a result is kept as it is, and nothing is null, as JSON has it', () => {
  assert.deepEqual(workedOutcome({ results: { a: 1 } }), { results: { a: 1 }, receipt: {} });
  assert.deepEqual(workedOutcome({ results: undefined }), { results: null, receipt: {} });
});

test('an error is its name and message, be it an Error or already that', () => {
  const error = { name: 'ImageDecodeError', message: 'corrupt' };
  assert.deepEqual(workedOutcome({ error: new ImageDecodeError('corrupt') }), { error, receipt: {} });
  assert.deepEqual(workedOutcome({ error: { ...error, code: 5 } }), { error, receipt: {} });
});

test('an outcome with both is an error, unless the error is undefined', () => {
  const error = { name: 'E', message: 'm' };
  assert.deepEqual(workedOutcome({ results: 1, error }), { error, receipt: {} });
  assert.deepEqual(workedOutcome({ results: 1, error: undefined }), { results: 1, receipt: {} });
});

test('measures that JSON cannot carry are left out of the receipt', () => {
  const receipt = {
    fetchMs: 1.5,
    from: 'cache',
    cold: false,
    broken: Number.NaN,
    never: Number.POSITIVE_INFINITY,
    at: {},
  };
  assert.deepEqual(workedOutcome({ results: 1, receipt }), {
    results: 1,
    receipt: { fetchMs: 1.5, from: 'cache', cold: false },
  });
});

const strange: readonly (readonly [unknown, RegExp])[] = [
  ['tench', /received string\. A function of one item becomes a work function by each\(…\)\.$/],
  [undefined, /received undefined/],
  [null, /received object/],
  [{}, /received the keys \(none\)/],
  [{ result: 1 }, /received the keys result/],
  [{ error: 'corrupt' }, /received the keys error/],
];

for (const [given, message] of strange) {
  test(`${JSON.stringify(given)} is no outcome, and the message says what one is`, () => {
    const outcome = workedOutcome(given);
    assert.ok('error' in outcome);
    assert.equal(outcome.error.name, 'TypeError');
    assert.match(outcome.error.message, message);
  });
}

test('whatever a work function answers, a child can send it', () => {
  const results = fc.oneof(fc.jsonValue(), fc.constantFrom(undefined, Number.NaN, new Date(0), -0));
  const receipt = fc.dictionary(fc.string(), fc.oneof(fc.double(), fc.string(), fc.constant(undefined)));
  const outcomes = fc.array(
    fc.oneof(
      fc.record({ results, receipt }, { requiredKeys: ['results'] }),
      fc.record({ error: fc.constant(new TypeError('t')), took: fc.nat() }),
    ),
  );
  fc.assert(
    fc.property(outcomes, (given) => {
      const reply = {
        path: '0.0',
        version: '1',
        outcomes: given.map(workedOutcome),
        undone: [],
        stats: { invocations: 1, depth: 1, throttled: 0, retried: 0 },
        identity: {},
      };
      assert.equal(typeof openReply(JSON.parse(seal(reply)), '0.0', given.length), 'object');
    }),
  );
});
