import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSimulation } from '../../../planner/simulator/defaults.ts';
import { fixed } from '../../../planner/simulator/distribution.ts';
import { dollarsOf, gbSecondsOf } from '../../../planner/simulator/price.ts';
import { summarise } from '../../../planner/simulator/report.ts';
import { simulate } from '../../../planner/simulator/simulate.ts';

test('a GB-second costs what Lambda lists, by architecture, and a million requests 20 cents', () => {
  const gigabyte = { memoryMb: 1_024, architecture: 'arm64' } as const;
  assert.equal(gbSecondsOf(1_000, gigabyte), 1);
  assert.equal(dollarsOf(1_000, 0, gigabyte), 0.0000133334);
  assert.equal(dollarsOf(1_000, 0, { ...gigabyte, architecture: 'x86_64' }), 0.0000166667);
  assert.ok(Math.abs(dollarsOf(0, 1_000_000, gigabyte) - 0.2) < 1e-12);
  assert.equal(gbSecondsOf(1_000, { ...gigabyte, memoryMb: 512 }), 0.5);
});

test('a leaf is billed its work, its cold start included, in whole milliseconds', () => {
  const times = { latency: fixed(10), coldStart: fixed(500), item: fixed(100.3) };
  const cold = simulate({ ...defaultSimulation, items: 3, times });
  assert.equal(cold.billedMs, 801);
  assert.equal(cold.coldStarts, 1);
  const warm = simulate({
    ...defaultSimulation,
    items: 3,
    times,
    world: { ...defaultSimulation.world, warm: 1 },
  });
  assert.equal(warm.billedMs, 301);
  assert.ok(Math.abs(warm.usefulMs - 300.9) < 1e-9);
});

test('the summary is JSON, and its shares are of the same figures', () => {
  const result = simulate(defaultSimulation);
  const summary = JSON.parse(JSON.stringify(summarise(defaultSimulation, result)));
  assert.equal(summary.answered, 1_000);
  assert.equal(summary.usefulShare, result.usefulMs / result.billedMs);
  assert.equal(summary.replay, 'node planner/simulator/main.ts');
});
