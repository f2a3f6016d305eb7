import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../../engine/policy/tolerance.ts';

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
