import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ANSWER_MARGIN_MS,
  type Arrivals,
  afterArrival,
  answerBy,
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

const below = (deadlineMs: number, known?: Arrivals) => childDeadline(deadlineMs, 0, known);

test('each level keeps time for its own answer', () => {
  assert.equal(below(below(10_000)), 10_000 - 2 * LEVEL_MARGIN_MS);
});

test('where answers have taken longer, a level keeps as long as nearly all of them took', () => {
  const known = afterArrival(undefined, 400);
  assert.deepEqual(known, { meanMs: 400, deviationMs: 200 });
  assert.equal(below(10_000, known), 10_000 - (400 + 4 * 200));
  assert.equal(below(10_000, { meanMs: 3, deviationMs: 1 }), 10_000 - LEVEL_MARGIN_MS);
});

test('however long answers take, most of the time left is for work', () => {
  assert.equal(below(10_000, { meanMs: 60_000, deviationMs: 0 }), 7_500);
  assert.equal(below(500, { meanMs: 60_000, deviationMs: 0 }), 500 - LEVEL_MARGIN_MS);
});

test('answers that always take the same time are expected to', () => {
  let known: Arrivals | undefined;
  for (let answer = 0; answer < 50; answer++) known = afterArrival(known, 300);
  assert.ok(Math.abs(10_000 - below(10_000, known) - 300) <= 1);
});

test('an invocation answers with what it has while its parent still waits', () => {
  assert.ok(answerBy(below(10_000)) < 10_000 && answerBy(10_000) < 10_000 + ANSWER_MARGIN_MS);
});

test('no deadline stays none at every level', () => {
  assert.equal(below(NO_DEADLINE), NO_DEADLINE);
  assert.equal(below(NO_DEADLINE, { meanMs: 60_000, deviationMs: 0 }), NO_DEADLINE);
});
