import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finish, startDrive, turn } from '../support/driven.ts';

test('a wake that is not later is refused: what is out is told to stop, settles, and the error names the state', async () => {
  const { children, rounds, result, clock, settled } = await startDrive({
    size: 12,
    lanes: [1, 1].map((slots) => ({ slots, chunk: 4 })),
    // no time is late by this rule, and none is not
    hedge: { minSamples: 1, factor: Number.NaN },
  });
  const refused = assert.rejects(result, (error: Error) => {
    assert.equal(error.name, 'LivelockError');
    assert.match(error.message, /later than 1000000, received NaN: .*lane 0 has 8 to 11 since 1000000/);
    return true;
  });
  finish(children[1]);
  await turn();
  assert.equal(settled(), false);
  // own work has nothing left, and look when the other child will be late
  finish(rounds[0]);
  await turn();
  assert.equal(children[0]?.request.signal.aborted, true);
  await refused;
  assert.equal(clock.waiting(), 0, 'nothing is left to wake anybody');
});
