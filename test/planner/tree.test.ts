import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { oneAtATime } from '../../planner/simulator/own-schedule.ts';
import { planTree } from '../../planner/tree.ts';
import type { TreeInput } from '../../planner/tree-input.ts';
import { simulated, someTree } from './simulated.ts';

const assertExact = (input: TreeInput): void => {
  const plan = planTree(input);
  const run = simulated(input, { warm: true });
  assert.equal(run.ending, 'finished');
  assert.equal(plan.depth, run.depth);
  assert.equal(plan.warm.invocations, run.invocations);
  assert.equal(plan.warm.wallMs, run.makespanMs);
  assert.equal(plan.warm.billedMs, run.billedMs);
  assert.ok(run.peak <= plan.peak, `${run.peak} at once, ${plan.peak} planned`);
  assert.equal(
    plan.levels.reduce((sum, { invocations }) => sum + invocations, 0),
    plan.warm.invocations,
  );
};

test('the planned tree is the one the engine makes: invocations, depth, time and cost, warm', () => {
  fc.assert(fc.property(someTree, assertExact), { numRuns: 1_000 });
});

test('lanes of uneven slots that come back at the same instant take again in the order of their calls', () => {
  assertExact({
    items: 1_308,
    root: 'caller',
    shape: { maxWork: 1, maxLanes: 4, slots: 114, maxDepth: 8 },
    times: { latencyMs: 13, coldStartMs: 0, itemMs: 92 },
    own: oneAtATime,
    machine: { memoryMb: 1_769, architecture: 'arm64' },
    bytes: { perReference: 80, perResult: 240 },
  });
});

test('a cold tree has no more cold starts than planned, and nearly always exactly the planned time', () => {
  let trees = 0;
  let exact = 0;
  fc.assert(
    fc.property(someTree, (input) => {
      const { cold } = planTree(input);
      const run = simulated(input, { warm: false });
      trees += 1;
      if (cold.wallMs === run.makespanMs) exact += 1;
      assert.ok(cold.coldStarts >= run.coldStarts, `${cold.coldStarts} planned, ${run.coldStarts} in fact`);
    }),
    { numRuns: 1_000 },
  );
  // 994 of 1,000 in the mean: under 970 by chance less than once in 10^12 runs
  assert.ok(exact >= 0.97 * trees, `${exact} of ${trees}`);
});

test('a cold tree is planned exactly where work is long against starts: no lane finds what another has left', () => {
  fc.assert(
    fc.property(someTree, (input) => {
      const long = { ...input, times: { ...input.times, itemMs: 100_000 } };
      const { cold } = planTree(long);
      const run = simulated(long, { warm: false });
      assert.deepEqual(
        [cold.coldStarts, cold.invocations, cold.wallMs, cold.billedMs],
        [run.coldStarts, run.invocations, run.makespanMs, run.billedMs],
      );
    }),
    { numRuns: 300 },
  );
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
    own: oneAtATime,
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
    own: oneAtATime,
    machine: { memoryMb: 1_769, architecture: 'arm64' },
    bytes: { perReference: 80, perResult: 240 },
  });
  assert.equal(plan.peak, 1_000);
  assert.equal(plan.depth, 3);
  assert.ok(plan.warm.wallMs >= 1_000_000 && plan.warm.wallMs <= 1_100_000);
});
