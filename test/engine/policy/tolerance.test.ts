import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judge, mostFailures } from '../../../engine/policy/tolerance.ts';

const kind = (tally: Parameters<typeof judge>[0], tolerance: Parameters<typeof judge>[1]) =>
  judge(tally, tolerance).kind;

test('a count is exceeded by one more, whatever the total', () => {
  assert.equal(kind({ succeeded: 0, failed: 3, total: 10 }, { toleratedFailureCount: 3 }), 'go-on');
  assert.equal(kind({ succeeded: 0, failed: 4, total: 10 }, { toleratedFailureCount: 3 }), 'too-many');
  assert.equal(kind({ succeeded: 0, failed: 4 }, { toleratedFailureCount: 3 }), 'too-many');
});

test('a percentage is of all items, and is judged once their number is known', () => {
  assert.equal(kind({ succeeded: 0, failed: 5, total: 50 }, { toleratedFailurePercentage: 10 }), 'go-on');
  assert.equal(kind({ succeeded: 0, failed: 6, total: 50 }, { toleratedFailurePercentage: 10 }), 'too-many');
  assert.equal(kind({ succeeded: 0, failed: 6 }, { toleratedFailurePercentage: 10 }), 'go-on');
  assert.equal(kind({ succeeded: 0, failed: 1, total: 50 }, { toleratedFailurePercentage: 0 }), 'too-many');
  assert.equal(kind({ succeeded: 0, failed: 50, total: 50 }, { toleratedFailurePercentage: 100 }), 'go-on');
});

test('of two thresholds either is enough to fail', () => {
  const both = { toleratedFailureCount: 100, toleratedFailurePercentage: 1 };
  assert.equal(kind({ succeeded: 0, failed: 2, total: 100 }, both), 'too-many');
});

test('enough successes are enough, and that there cannot be enough any more is a failure', () => {
  assert.equal(kind({ succeeded: 3, failed: 0, total: 10 }, { minSuccessful: 3 }), 'enough');
  assert.equal(kind({ succeeded: 0, failed: 7, total: 10 }, { minSuccessful: 3 }), 'go-on');
  assert.equal(kind({ succeeded: 0, failed: 8, total: 10 }, { minSuccessful: 3 }), 'too-many');
});

test('the most that may fail is the least that all three allow, and is known without a total only by number', () => {
  assert.equal(mostFailures({ toleratedFailureCount: 7 }, 100), 7);
  assert.equal(mostFailures({ toleratedFailureCount: 7, toleratedFailurePercentage: 5 }, 100), 5);
  assert.equal(mostFailures({ toleratedFailureCount: 7, minSuccessful: 98 }, 100), 2);
  assert.equal(mostFailures({ minSuccessful: 101 }, 100), 0);
  assert.equal(mostFailures({ toleratedFailurePercentage: 5, minSuccessful: 1 }), undefined);
  assert.equal(mostFailures({ toleratedFailurePercentage: 100 }, 100), undefined);
  assert.equal(mostFailures({ toleratedFailureCount: 7 }), 7);
});

test('more failures than the most that may fail are too many, and no fewer are', () => {
  fc.assert(
    fc.property(
      fc.record(
        {
          toleratedFailureCount: fc.nat({ max: 50 }),
          toleratedFailurePercentage: fc.double({ min: 0, max: 100, noNaN: true }),
          minSuccessful: fc.integer({ min: 1, max: 40 }),
        },
        { requiredKeys: [] },
      ),
      fc.integer({ min: 40, max: 60 }),
      (tolerance, total) => {
        const most = Math.min(total, mostFailures(tolerance, total) ?? total);
        const isTooMany = (failed: number) => kind({ succeeded: 0, failed, total }, tolerance) === 'too-many';
        assert.equal(isTooMany(most), false);
        if (most < total) assert.equal(isTooMany(most + 1), true);
      },
    ),
  );
});
