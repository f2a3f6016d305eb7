import assert from 'node:assert/strict';
import { test } from 'node:test';
import { step } from '../../../engine/policy/policy.ts';
import { startDrive } from '../support/driven.ts';

/** The engine's policy, but that it asks at its start to be woken at that very instant. */
const spinning: typeof step = (state, event) => {
  const next = step(state, event);
  if (event.kind !== 'started') return next;
  return { ...next, moves: [...next.moves, { kind: 'wake', atMs: event.nowMs }] };
};

test('a wake that is not later is refused: what is out is told to stop, nothing begins, and the error names the state', async () => {
  const { children, rounds, result, clock } = await startDrive({
    size: 12,
    lanes: [{ slots: 1, chunk: 4 }],
    policy: spinning,
  });
  const refused = assert.rejects(result, (error: Error) => {
    assert.equal(error.name, 'LivelockError');
    assert.match(error.message, /later than 1000000, received 1000000: .*"busy":{"start":8,"end":12/);
    return true;
  });
  await refused;
  assert.equal(children[0]?.request.signal.aborted, true);
  assert.equal(rounds.length, 0, 'nothing has begun since');
  assert.equal(clock.waiting(), 0, 'nothing is left to wake anybody');
});
