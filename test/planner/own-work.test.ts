import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planReport } from '../../planner/plan-report.ts';
import { planTree } from '../../planner/tree.ts';
import { simulated, someTree } from './simulated.ts';

const someOwnWork = fc.record({
  atOnce: fc.integer({ min: 1, max: 10 }),
  cpuShare: fc.constantFrom(0, 0.1, 0.5, 1),
  threads: fc.integer({ min: 1, max: 6 }),
});

test('items that wait together, and vCPUs that compute beside one another, are planned nearly always exactly', () => {
  let trees = 0;
  let exact = 0;
  fc.assert(
    fc.property(someTree, someOwnWork, (tree, own) => {
      const input = { ...tree, own };
      const planned = planTree(input).warm.wallMs;
      const { makespanMs } = simulated(input, { warm: true });
      trees += 1;
      if (Math.abs(planned - makespanMs) <= 0.01 * makespanMs) exact += 1;
      const mostMs = 0.25 * makespanMs + 2 * input.times.itemMs;
      assert.ok(Math.abs(planned - makespanMs) <= mostMs, `${planned} ms planned, ${makespanMs} in fact`);
    }),
    { numRuns: 500 },
  );
  assert.ok(exact >= 0.93 * trees, `${exact} of ${trees}`);
});

test('more memory is more vCPUs, and each computes an item; items that wait gain nothing by it', () => {
  const wallOf = (change: { memoryMb?: number; cpuShare?: number; threads?: number; atOnce?: number }) =>
    planReport({ items: 10_000, ...change }).json.plan.warm.wallMs;
  const one = wallOf({});
  assert.ok(wallOf({ memoryMb: 3_538 }) <= 0.55 * one);
  assert.ok(
    wallOf({ memoryMb: 3_538, threads: 1 }) === one,
    'a function that computes on its main thread alone',
  );
  assert.ok(wallOf({ cpuShare: 0.1, atOnce: 8 }) <= 0.25 * one);
  assert.ok(wallOf({ cpuShare: 1, atOnce: 8 }) === one, 'one vCPU computes one item at a time');
});

test('the plan says how many items an environment does at once', () => {
  assert.match(
    planReport({ items: 100, memoryMb: 3_538 }).text,
    /a cold start; 2 items at once in an environment\n/,
  );
  assert.doesNotMatch(planReport({ items: 100 }).text, /at once in an environment/);
});
