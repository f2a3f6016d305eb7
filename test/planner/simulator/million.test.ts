import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSimulation } from '../../../planner/simulator/defaults.ts';
import { simulate } from '../../../planner/simulator/simulate.ts';

test('a million items on 1,000 warm slots end within 5 % of the lower bound, 90 % of the billed time useful', () => {
  const result = simulate({
    ...defaultSimulation,
    items: 1_000_000,
    shape: { ...defaultSimulation.shape, slots: 1_000 },
    world: { ...defaultSimulation.world, warm: 1_000 },
    times: { ...defaultSimulation.times, item: { kind: 'lognormal', medianMs: 100, sigma: 0.3 } },
    seed: 7,
  });
  assert.equal(result.ending, 'finished');
  assert.ok(result.worked.every((times) => times === 1));
  assert.ok(result.makespanMs <= 1.05 * result.lowerBoundMs, `${result.makespanMs / result.lowerBoundMs}`);
  assert.ok(result.usefulMs >= 0.9 * result.billedMs, `${result.usefulMs / result.billedMs}`);
  assert.equal(result.coldStarts, 0);
});
