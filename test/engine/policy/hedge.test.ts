import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { step } from '../../../engine/policy/policy.ts';
import { initialState, type Move, type PolicyEvent, type State } from '../../../engine/policy/state.ts';

const rules = {
  maxWork: 4,
  ownWork: true,
  maxAttempts: 3,
  hasParent: false,
  backoff: { baseMs: 100, capMs: 1_000 },
  hedge: { minSamples: 3, factor: 3 },
};

/** An invocation of 20 items with four lanes of four; own work has the first four. */
const begin = (change: Partial<typeof rules> = {}) => {
  const lanes = Array.from({ length: 4 }, () => ({ slots: 1, chunk: 4 }));
  let state: State = initialState(20, { own: 4, lanes }, { ...rules, ...change });
  return {
    send: (event: PolicyEvent): readonly Move[] => {
      const next = step(state, event);
      state = next.state;
      return next.moves;
    },
  };
};

/** Lanes 1 to 3 and own work are done after 100 ms; lane 0, with items 16 to 19, is not. */
const straggling = (change: Partial<typeof rules> = {}) => {
  const { send } = begin(change);
  send({ kind: 'started', nowMs: 0 });
  for (const lane of [1, 2, 3]) send({ kind: 'answered', lane, nowMs: 100 });
  return { send, moves: send({ kind: 'worked', start: 0, nowMs: 100 }) };
};

const error = { name: 'ChildInvocationError', message: 'gone' };

test('a range out for three times the median is copied by idle own work', () => {
  const { send, moves } = straggling();
  assert.deepEqual(moves, [{ kind: 'wake', atMs: 300 }]);
  assert.deepEqual(send({ kind: 'woke', nowMs: 300 }), [
    { kind: 'work', range: { start: 16, end: 20 }, copy: true },
  ]);
});

test('a copy is made at the very instant that was asked for, however fine the clock', () => {
  const fractional = fc.nat({ max: 1_000_000 }).map((n) => n / 997);
  fc.assert(
    fc.property(fractional, fractional, (startMs, tookMs) => {
      const { send } = begin();
      const nowMs = startMs + tookMs;
      send({ kind: 'started', nowMs: startMs });
      for (const lane of [1, 2, 3]) send({ kind: 'answered', lane, nowMs });
      const [wake, ...others] = send({ kind: 'worked', start: 0, nowMs });
      // answered at once, there is nothing to wait for
      if (tookMs === 0) return assert.equal(wake?.kind, 'work');
      assert.ok(wake?.kind === 'wake' && wake.atMs > nowMs);
      assert.deepEqual(others, []);
      assert.deepEqual(send({ kind: 'woke', nowMs: wake.atMs }), [
        { kind: 'work', range: { start: 16, end: 20 }, copy: true },
      ]);
    }),
    { numRuns: 1_000 },
  );
});

test('a copy that is done first ends the wait: the call is abandoned, and its late end changes nothing', () => {
  const { send } = straggling();
  send({ kind: 'woke', nowMs: 300 });
  assert.deepEqual(send({ kind: 'worked', start: 16, nowMs: 350 }), [{ kind: 'abandon', lane: 0 }]);
  assert.deepEqual(send({ kind: 'lane-settled', lane: 0, nowMs: 351 }), [{ kind: 'finish' }]);
});

test('a child that answers first ends the wait as soon as the copy has settled', () => {
  const { send } = straggling();
  send({ kind: 'woke', nowMs: 300 });
  assert.deepEqual(send({ kind: 'answered', lane: 0, nowMs: 310 }), []);
  assert.deepEqual(send({ kind: 'worked', start: 16, nowMs: 350 }), [{ kind: 'finish' }]);
});

test('what own work copies is not put back when its child is lost after all', () => {
  const { send } = straggling();
  send({ kind: 'woke', nowMs: 300 });
  assert.deepEqual(send({ kind: 'lost', lane: 0, nowMs: 310, random: 0.5, error }), []);
  assert.deepEqual(send({ kind: 'worked', start: 16, nowMs: 350 }), [{ kind: 'finish' }]);
});

test('of a range only partly copied the rest is put back', () => {
  const { send } = straggling({ maxWork: 3 });
  send({ kind: 'answered', lane: 1, nowMs: 110 });
  assert.deepEqual(send({ kind: 'woke', nowMs: 300 }), [
    { kind: 'work', range: { start: 16, end: 19 }, copy: true },
  ]);
  const moves = send({ kind: 'lost', lane: 0, nowMs: 310, random: 0.5, error });
  assert.deepEqual(
    moves.map((move) => move.kind === 'invoke' && [move.range, move.attempt]),
    [[{ start: 19, end: 20 }, 1]],
  );
});

test('before enough children have answered nothing is copied, and without the rule never', () => {
  const few = begin();
  few.send({ kind: 'started', nowMs: 0 });
  for (const lane of [1, 2]) few.send({ kind: 'answered', lane, nowMs: 100 });
  assert.deepEqual(few.send({ kind: 'worked', start: 0, nowMs: 100 }), []);
  assert.deepEqual(few.send({ kind: 'woke', nowMs: 10_000 }), []);

  const { send, moves } = straggling({ hedge: undefined } as never);
  assert.deepEqual(moves, []);
  assert.deepEqual(send({ kind: 'woke', nowMs: 10_000 }), []);
});

test('a range that has crashed a child is never copied', () => {
  const { send } = straggling();
  // halved: lane 0 and another take the halves, as quarantined
  send({ kind: 'crashed', lane: 0, nowMs: 150, error });
  assert.deepEqual(send({ kind: 'woke', nowMs: 100_000 }), []);
});
