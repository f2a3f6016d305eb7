import assert from 'node:assert/strict';
import { test } from 'node:test';
import { step } from '../../../engine/policy/policy.ts';
import { startDrive, turn } from '../support/driven.ts';

/** The engine's policy, but that it asks at its start to be woken at that very instant. */
const spinning: typeof step = (state, event) => {
  const next = step(state, event);
  if (event.kind !== 'started') return next;
  return { ...next, moves: [...next.moves, { kind: 'wake', atMs: event.nowMs }] };
};

test('a wake that is not later is refused: what is out is told to stop, settles, and the error names the state', async () => {
  const { children, rounds, result, clock, settled } = await startDrive({
    size: 12,
    lanes: [{ slots: 1, chunk: 4 }],
    policy: spinning,
  });
  const refused = assert.rejects(result, (error: Error) => {
    assert.equal(error.name, 'LivelockError');
    assert.match(error.message, /later than 1000000, received 1000000: .*"busy":{"start":8,"end":12/);
    return true;
  });
  await turn();
  assert.equal(children[0]?.request.signal.aborted, true);
  assert.equal(settled(), false, 'a round of own work is still under way');
  rounds[0]?.fail(new Error('stopped'));
  await refused;
  assert.equal(clock.waiting(), 0, 'nothing is left to wake anybody');
});
