import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planTree } from '../../planner/tree.ts';
import { simulated, someTree } from './simulated.ts';

test('the planned tree is the one the engine makes: invocations, depth, time and cost, warm', () => {
  let trees = 0;
  let exact = 0;
  fc.assert(
    fc.property(someTree, (input) => {
      const plan = planTree(input);
      const run = simulated(input, { warm: true });
      assert.equal(run.ending, 'finished');
      assert.equal(plan.depth, run.depth);
      assert.ok(run.peak <= plan.peak);
      assert.equal(
        plan.levels.reduce((sum, { invocations }) => sum + invocations, 0),
        plan.warm.invocations,
      );
      // lanes of uneven slots that come back at the same instant may take their shares in another order
      const apart = Math.abs(plan.warm.wallMs - run.makespanMs) / run.makespanMs;
      assert.ok(Math.abs(plan.warm.invocations - run.invocations) <= 0.02 * run.invocations + 1);
      assert.ok(apart < 0.05, `${plan.warm.wallMs} planned, ${run.makespanMs} in fact`);
      trees += 1;
      // a time that is a whole number but for the last digit is rounded up or not
      const billed = Math.abs(plan.warm.billedMs - run.billedMs) <= run.invocations;
      if (plan.warm.invocations === run.invocations && apart < 1e-6 && billed) exact += 1;
    }),
    { numRuns: 1_000 },
  );
  assert.ok(exact >= 0.98 * trees, `${exact} of ${trees}`);
});

test('a cold tree has no more cold starts than planned, and nearly always exactly the planned time', () => {
  let trees = 0;
  let exact = 0;
  fc.assert(
    fc.property(someTree, (input) => {
      const { cold } = planTree(input);
      const run = simulated(input, { warm: false });
      trees += 1;
      if (Math.abs(cold.wallMs - run.makespanMs) < 1e-6 * run.makespanMs) exact += 1;
      assert.ok(cold.coldStarts >= run.coldStarts, `${cold.coldStarts} planned, ${run.coldStarts} in fact`);
    }),
    { numRuns: 1_000 },
  );
  assert.ok(exact >= 0.97 * trees, `${exact} of ${trees}`);
});

test('the peak is reached where work is long against the latency', () => {
  fc.assert(
    fc.property(someTree, (input) => {
      const times = { ...input.times, itemMs: 100_000.7, latencyMs: 1.1 };
      assert.equal(simulated({ ...input, times }, { warm: true }).peak, planTree({ ...input, times }).peak);
    }),
    { numRuns: 300 },
  );
});

test('bytes follow the largest chunk; a leaf sends none', () => {
  const input = {
    items: 1_000,
    shape: { maxWork: 8, maxLanes: 10, slots: 100, maxDepth: 8 },
    root: 'function',
    times: { latencyMs: 10, coldStartMs: 800, itemMs: 100 },
    machine: { memoryMb: 1_769, architecture: 'arm64' },
    bytes: { perReference: 99, perResult: 187 },
  } as const;
  const { bytes } = planTree(input);
  // ten lanes, the largest of ten slots and so 100 items: 100 bytes each with its comma
  assert.equal(bytes.largestRequest, 512 + 100 * 100);
  assert.equal(bytes.largestReply, 512 + 100 * 200);
  const leaf = planTree({ ...input, items: 8 });
  assert.deepEqual([leaf.bytes.largestRequest, leaf.bytes.total], [0, 0]);
});

test('ten million items are planned exactly: every item is carried once per level', () => {
  const plan = planTree({
    items: 10_000_000,
    shape: { maxWork: 8, maxLanes: 10, slots: 1_000, maxDepth: 8 },
    root: 'function',
    times: { latencyMs: 10, coldStartMs: 800, itemMs: 100 },
    machine: { memoryMb: 1_769, architecture: 'arm64' },
    bytes: { perReference: 80, perResult: 240 },
  });
  assert.equal(plan.peak, 1_000);
  assert.equal(plan.depth, 3);
  assert.ok(plan.warm.wallMs >= 1_000_000 && plan.warm.wallMs <= 1_100_000);
});
