import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSimulation } from '../../../planner/simulator/defaults.ts';
import { fixed } from '../../../planner/simulator/distribution.ts';
import { renderReport } from '../../../planner/simulator/report.ts';
import { simulate } from '../../../planner/simulator/simulate.ts';
import type { PolicyName, SimulationInput } from '../../../planner/simulator/simulation.ts';

const IMAGE_MS = 100;

const narrow = (items: number, policy: PolicyName): SimulationInput => ({
  ...defaultSimulation,
  items,
  policy,
  world: { ...defaultSimulation.world, concurrencyLimit: 10 },
  times: { latency: fixed(1), coldStart: fixed(0), item: fixed(IMAGE_MS) },
});

for (const { items, withinImageTimes } of [
  { items: 200, withinImageTimes: 30 },
  { items: 888, withinImageTimes: 100 },
]) {
  test(`${items} items on ten environments: retry only ends with every slot held by a parent that waits`, () => {
    const input = narrow(items, 'retry-only');
    const { ending, deadlock, outcomes } = simulate(input);
    assert.equal(ending, 'deadlocked');
    assert.equal(deadlock?.waiting, 10);
    assert.equal(deadlock.concurrencyLimit, 10);
    assert.ok(deadlock.refusals >= 100);
    assert.ok(deadlock.untouched > items / 2);
    assert.ok(outcomes.marks.every((mark) => mark === 0));
    assert.match(renderReport(input, simulate(input)), /deadlocked since .*10 of 10 slots are held/);
  });

  test(`${items} items on ten environments: with the progress rule they are done in ${withinImageTimes} image-times`, () => {
    const result = simulate(narrow(items, 'droste'));
    assert.equal(result.ending, 'finished');
    assert.ok(result.worked.every((times) => times === 1));
    assert.ok(
      result.makespanMs <= withinImageTimes * IMAGE_MS,
      `${result.makespanMs / IMAGE_MS} image-times`,
    );
  });
}

test('retry only ends as well as the engine where there is room for the whole tree', () => {
  const input = { ...narrow(888, 'retry-only'), world: defaultSimulation.world };
  const result = simulate(input);
  assert.equal(result.ending, 'finished');
  assert.ok(result.outcomes.marks.every((mark) => mark === 1));
});
