import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planReport } from '../../planner/plan-report.ts';
import { planTree } from '../../planner/tree.ts';
import type { TreeInput } from '../../planner/tree-input.ts';
import { simulated, someTree } from './simulated.ts';

const someOwnWork = fc.record({
  atOnce: fc.integer({ min: 1, max: 10 }),
  cpuShare: fc.constantFrom(0, 0.1, 0.5, 1),
  threads: fc.integer({ min: 1, max: 6 }),
});

const assertExact = (input: TreeInput): void => {
  const planned = planTree(input).warm.wallMs;
  const { makespanMs } = simulated(input, { warm: true });
  // shares of an item's time are no whole 1,024ths: their sums are exact to a rounding
  assert.ok(
    Math.abs(planned - makespanMs) <= 1e-6 * makespanMs,
    `${planned} ms planned, ${makespanMs} in fact`,
  );
};

test('items that wait together, and vCPUs that compute beside one another, are planned exactly', () => {
  fc.assert(
    fc.property(someTree, someOwnWork, (tree, own) => assertExact({ ...tree, own })),
    { numRuns: 500 },
  );
});

test('rounds that overlap are planned one by one: their mean would take the last items elsewhere', () => {
  assertExact({
    items: 737,
    root: 'function',
    shape: { maxWork: 7, maxLanes: 7, slots: 15, maxDepth: 2 },
    times: { latencyMs: 38 + 127 / 1_024, coldStartMs: 0, itemMs: 2 + 783 / 1_024 },
    own: { atOnce: 3, cpuShare: 0, threads: 1 },
    machine: { memoryMb: 1_769, architecture: 'arm64' },
    bytes: { perReference: 80, perResult: 240 },
  });
});

test('more rounds than are followed one by one are planned in their rhythm', () => {
  fc.assert(
    fc.property(someTree, someOwnWork, fc.integer({ min: 1, max: 3 }), (tree, own, slots) =>
      assertExact({ ...tree, own, items: 5 * tree.items, shape: { ...tree.shape, slots } }),
    ),
    { numRuns: 50 },
  );
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
