import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shrinkAtMost } from './shrink-at-most.ts';

/** Checks that no number is above 1,000, one second a number, with 10 s for shrinking. */
const check = (numbers: fc.Arbitrary<number>) => {
  let nowMs = 0;
  let failedMs = Number.NaN;
  const details = fc.check(
    fc.property(numbers, (n) => {
      nowMs += 1_000;
      if (n > 1_000 && Number.isNaN(failedMs)) failedMs = nowMs;
      return n <= 1_000;
    }),
    { numRuns: 500, plugins: [shrinkAtMost(10_000, () => nowMs)] },
  );
  return { details, nowMs, shrinkMs: nowMs - failedMs };
};

test('shrinking ends in time, and what was found by then is reported', () => {
  const { details, shrinkMs } = check(fc.integer({ min: 0, max: 2 ** 30 }));
  assert.equal(details.failed, true);
  assert.equal(shrinkMs, 10_000);
  assert.ok((details.counterexample?.[0] ?? 0) > 1_000);
  assert.match(fc.defaultReportMessage(details) ?? '', /seed: .*path: .*Counterexample: \[\d+\]/s);
});

test('without a failure every run is made, however long they take', () => {
  const { details, nowMs } = check(fc.integer({ min: 0, max: 1_000 }));
  assert.equal(details.failed, false);
  assert.equal(details.numRuns, 500);
  assert.equal(nowMs, 500_000);
});
