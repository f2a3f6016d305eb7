import assert from 'node:assert/strict';
import { test } from 'node:test';
import { livelockOf } from '../../../engine/policy/livelock.ts';
import { LivelockError } from '../../../platform/errors.ts';
import { after, underWay } from '../support/policy.ts';

const { state } = after(underWay({ items: 16 }).state, { kind: 'lost', lane: 0, nowMs: 7 });

test('a wake that is later is none, by however little', () => {
  assert.equal(livelockOf(state, 1 + Number.EPSILON, 1), undefined);
});

test('a wake at the same instant, an earlier one and one at no instant at all are, and the state is named', () => {
  for (const atMs of [1, 0.5, Number.NaN]) {
    const error = livelockOf(state, atMs, 1);
    assert.ok(error instanceof LivelockError);
    assert.ok(
      error.message.startsWith(
        `Expected the policy to wait for an instant later than 1, received ${atMs}: {`,
      ),
    );
    assert.ok(error.message.includes('"queue":[{"start":4,"end":8,'), error.message);
  }
});
