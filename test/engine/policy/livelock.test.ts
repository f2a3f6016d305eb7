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
    assert.equal(
      error.message,
      `Expected the policy to wait for an instant later than 1, received ${atMs}: queued 4 to 7, 12 to 15; own work 0 to 3; ` +
        'lane 0 is free from 107 on, 1 setbacks; lane 1 has 8 to 11 since 0, 0 copied; 2 lanes open; fan-out on; ' +
        'not draining; latest calls took unknown ms.',
    );
  }
});
