import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide, type Ran, type Seen, STALLED_RUNS } from '../../../engine/jobs/decide.ts';
import { noStats } from '../../../engine/policy/outcome.ts';

const state = { counts: { items: 100, succeeded: 0, failed: 0, missing: 100 }, stalled: 0 };
const seen: Seen = { control: {}, missing: 60, indexed: false, raises: false };
const answered: Ran = { kind: 'answered', stats: noStats };
const failed = (name: string, byFunction = true): Ran => ({
  kind: 'failed',
  byFunction,
  error: { name, message: 'why' },
});

test('a job runs again while something is missing and less than before', () => {
  assert.deepEqual(decide(state, { kind: 'not yet' }, seen), { go: 'run', seconds: 0, stalled: 0 });
  assert.deepEqual(decide(state, answered, seen), { go: 'run', seconds: 0, stalled: 0 });
  assert.deepEqual(decide({ ...state, stalled: 2 }, failed('Sandbox.Timedout', false), seen), {
    go: 'run',
    seconds: 0,
    stalled: 0,
  });
});

test('it ends when its index is there, however its last run was lost', () => {
  const whole = { ...seen, missing: 0, indexed: true };
  for (const ran of [{ kind: 'not yet' }, answered, failed('Sandbox.Timedout', false)] as const) {
    assert.deepEqual(decide(state, ran, whole), { go: 'end', phase: 'done' });
  }
});

test('without an index it is not done, though nothing is missing: its last run failed by that, or is to be gone on with', () => {
  const bare = { ...seen, missing: 0 };
  const error = { name: 'FailureToleranceError', message: 'why' };
  assert.deepEqual(decide(state, failed(error.name), bare), { go: 'end', phase: 'failed', error });
  for (const ran of [{ kind: 'not yet' }, answered, failed('Sandbox.Timedout', false)] as const) {
    assert.deepEqual(decide(state, ran, bare), { go: 'run', seconds: 0, stalled: 0 });
  }
  const stuck = { ...state, counts: { ...state.counts, missing: 0 }, stalled: 2 };
  assert.match(JSON.stringify(decide(stuck, answered, bare)), /the index is missing as before/);
});

test('runs without progress wait longer and longer, and the third in a row ends it with the last error', () => {
  const stuck = { ...seen, missing: 100 };
  assert.deepEqual(decide(state, failed('Runtime.ExitError', false), stuck), {
    go: 'run',
    seconds: 2,
    stalled: 1,
  });
  assert.deepEqual(decide({ ...state, stalled: 1 }, failed('Runtime.ExitError', false), stuck), {
    go: 'run',
    seconds: 4,
    stalled: 2,
  });
  const last = decide({ ...state, stalled: 2 }, failed('Runtime.ExitError', false), stuck);
  assert.deepEqual(last, {
    go: 'end',
    phase: 'failed',
    error: { name: 'Runtime.ExitError', message: 'why' },
  });
  const quiet = decide({ ...state, stalled: 2 }, answered, stuck);
  assert.match(JSON.stringify(quiet), /Expected progress, found none in 3 runs: 100 items are missing/);
});

test('what the function says of the request ends it at once, and under raise whatever it says', () => {
  assert.equal(decide(state, failed('InvalidRequestError'), seen).go, 'end');
  assert.equal(decide(state, failed('ImageDecodeError'), seen).go, 'run');
  assert.equal(decide(state, failed('ImageDecodeError'), { ...seen, raises: true }).go, 'end');
  assert.equal(
    decide(state, failed('ChildInvocationError', false), { ...seen, raises: true }).go,
    'run',
    'a crash is no word of the function',
  );
});

test('a run that ended for the sake of other slots is no run without progress', () => {
  for (const raises of [false, true]) {
    const seenNow = { ...seen, control: { slots: 3 }, missing: 100, raises };
    assert.deepEqual(decide({ ...state, stalled: 2 }, failed('AbortError'), seenNow), {
      go: 'run',
      seconds: 2,
      stalled: 0,
    });
  }
});

test('every job ends: whatever its runs do, without progress it is over after three of them', () => {
  const ran = fc.oneof(
    fc.constant(answered),
    fc.constantFrom('Sandbox.Timedout', 'ImageFetchError', 'ThrottledError').map((name) => failed(name)),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(ran, fc.integer({ min: 0, max: 3 })), { minLength: 60 }), (runs) => {
      let now = { ...state, counts: { ...state.counts, missing: 20 } };
      let idle = 0;
      for (const [last, done] of runs) {
        const missing = Math.max(0, now.counts.missing - done);
        const decision = decide(now, last, { ...seen, missing, indexed: missing === 0 });
        idle = missing < now.counts.missing ? 0 : idle + 1;
        if (decision.go === 'end') {
          assert.equal(decision.phase, missing === 0 ? 'done' : 'failed');
          assert.ok(missing === 0 || idle === STALLED_RUNS);
          return;
        }
        assert.ok(missing > 0 && idle < STALLED_RUNS);
        now = { counts: { ...now.counts, missing }, stalled: decision.stalled };
      }
      assert.fail('it never ended');
    }),
  );
});
