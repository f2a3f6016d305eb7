import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ChildAnswer } from '../../../engine/child/ports.ts';
import { receiptsOf } from '../../../engine/invocation/receipts.ts';
import {
  type InvocationReceipt,
  joined,
  shiftInto,
  type TimeSpan,
} from '../../../engine/protocol/invocation-receipt.ts';
import { replied } from '../support/driven.ts';

const call: TimeSpan = [1000, 1500];
const of = (answer: ChildAnswer) =>
  receiptsOf({ kind: 'child', answer, range: { start: 8, end: 12 }, attempt: 1, span: call }, '0.2');

const receipt = (path: string, span: TimeSpan): InvocationReceipt => ({
  ...{ path, attempt: 0, environment: 'e', cold: true, span, ownWork: [[span[0] + 10, span[1] - 10]] },
  ...{ items: 4, outcome: 'answered' },
});

test('a child whose span lies within the call is left where it is', () => {
  const receipts = [receipt('0.2.5', [1300, 1490]), receipt('0.2.5.0', [1320, 1400])];
  assert.deepEqual(of(replied([], { path: '0.2.5', receipts })), receipts);
});

test('the subtree of a child with another clock is moved as one, so that the child lies in the middle of the call', () => {
  const receipts = [receipt('0.2.5', [9000, 9300]), receipt('0.2.5.0', [9100, 9200])];
  assert.deepEqual(of(replied([], { path: '0.2.5', receipts })), [
    { ...receipt('0.2.5', [1100, 1400]), ownWork: [[1110, 1390]] },
    { ...receipt('0.2.5.0', [1200, 1300]), ownWork: [[1210, 1290]] },
  ]);
});

test('a call that came to nothing is told as its caller saw it', () => {
  assert.deepEqual(of({ kind: 'throttled', path: '0.2.5', reason: 'rate' }), [
    {
      ...{ path: '0.2.5', attempt: 1, environment: '', cold: false, span: call, ownWork: [] },
      ...{ items: 4, outcome: 'throttled', message: 'rate' },
    },
  ]);
  const error = { name: 'ImageDecodeError', message: 'corrupt' };
  assert.equal(of({ kind: 'failed', path: '0.2.5', error, trace: [] })[0]?.outcome, 'failed');
  assert.deepEqual(of(replied([])), []);
});

const whole = fc.integer({ min: 0, max: 100_000 });

test('property: whatever a clock is off by, its child is no further off afterwards than the call took beyond it', () => {
  const times = fc.tuple(whole, whole, whole, whole, fc.integer({ min: -1e9, max: 1e9 }));
  fc.assert(
    fc.property(times, ([calledMs, before, tookMs, after, offBy]) => {
      const bounds: TimeSpan = [calledMs, calledMs + before + tookMs + after];
      const truly = calledMs + before;
      const told: TimeSpan = [truly + offBy, truly + tookMs + offBy];
      const start = told[0] + shiftInto(bounds, told);
      assert.ok(start >= bounds[0] && start + tookMs <= bounds[1], 'it lies within the call');
      assert.ok(Math.abs(start - truly) <= before + after);
      if (offBy === 0) assert.equal(start, truly, 'one clock needs no moving');
    }),
  );
});

test('property: joined spans cover the same instants, in order, and none touches the next', () => {
  const span = fc.tuple(fc.nat(50), fc.nat(10)).map(([start, ms]): TimeSpan => [start, start + ms]);
  const covers = (spans: readonly TimeSpan[], at: number) => spans.some(([a, b]) => a <= at && at <= b);
  fc.assert(
    fc.property(fc.array(span), (spans) => {
      const all = joined(spans);
      for (let at = 0; at <= 60; at += 0.5) assert.equal(covers(all, at), covers(spans, at), `${at}`);
      for (const [index, [start]] of all.entries())
        assert.ok(index === 0 || start > (all[index - 1]?.[1] ?? 0));
    }),
  );
});
