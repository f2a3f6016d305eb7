import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ANSWER_MARGIN_MS,
  childDeadline,
  deadlineOf,
  LEVEL_MARGIN_MS,
  NO_DEADLINE,
} from '../../../engine/policy/deadline.ts';

test('the deadline is what Lambda leaves, less the margin for the answer', () => {
  assert.equal(deadlineOf(10_000, 3_000, undefined), 13_000 - ANSWER_MARGIN_MS);
});

test('a caller can ask for an earlier deadline, not for a later one', () => {
  assert.equal(deadlineOf(10_000, 3_000, 11_000), 11_000);
  assert.equal(deadlineOf(10_000, 3_000, 99_000), 13_000 - ANSWER_MARGIN_MS);
});

test('each level keeps time for its own answer', () => {
  assert.equal(childDeadline(childDeadline(10_000)), 10_000 - 2 * LEVEL_MARGIN_MS);
});

test('no deadline stays none at every level', () => {
  assert.equal(childDeadline(NO_DEADLINE), NO_DEADLINE);
});
