import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fullJitterMs } from '../../../engine/policy/backoff.ts';

const rules = { baseMs: 100, capMs: 5_000 };

test('the bound of the wait doubles from the base up to the cap', () => {
  const bounds = [1, 2, 3, 4, 5, 6, 7, 8].map((k) => fullJitterMs(k, 1, rules));
  assert.deepEqual(bounds, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

test('a wait is anywhere between nothing and its bound, however often it was tried', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (k, random) => {
        const waitMs = fullJitterMs(k, random, rules);
        assert.ok(waitMs >= 0 && waitMs <= rules.capMs);
      },
    ),
  );
  assert.equal(fullJitterMs(5, 0, rules), 0);
});
