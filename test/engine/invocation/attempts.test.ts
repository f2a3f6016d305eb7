import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChildAnswer } from '../../../engine/child/ports.ts';
import { attemptsOf } from '../../../engine/invocation/receipts.ts';
import { replied } from '../support/driven.ts';

const range = { start: 8, end: 12 };
const of = (answer: ChildAnswer) =>
  attemptsOf({ kind: 'child', answer, range, attempt: 1, span: [0, 1] }, '0.2');
const error = { name: 'ChildInvocationError', message: 'out of memory' };

test('a try that came to nothing says whose it was, at what, how often before, and why', () => {
  assert.deepEqual(of({ kind: 'crashed', path: '0.2.5', error }), [
    { path: '0.2.5', start: 8, end: 12, attempt: 1, outcome: 'crashed', message: 'out of memory' },
  ]);
  assert.deepEqual(of({ kind: 'throttled', path: '0.2.5', reason: 'rate' }), [
    { path: '0.2.5', start: 8, end: 12, attempt: 1, outcome: 'throttled', message: 'rate' },
  ]);
  assert.equal(of({ kind: 'aborted', path: '0.2.5' })[0]?.outcome, 'aborted');
});

test('what a child tells of its own tries is moved to the indexes of its parent', () => {
  const attempts = [{ path: '0.2.5.0', start: 1, end: 3, attempt: 0, outcome: 'lost' as const }];
  assert.deepEqual(of(replied([], { attempts })), [{ ...attempts[0], start: 9, end: 11 }]);
});

test('an answer without such tries, and an item that failed by itself, add nothing', () => {
  assert.deepEqual(of(replied([])), []);
  assert.deepEqual(of({ kind: 'failed', path: '0.2.5', error, trace: [] }), []);
  assert.deepEqual(attemptsOf({ kind: 'round', range }, '0.2'), []);
});
