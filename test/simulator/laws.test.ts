import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { simulate } from '../../simulator/simulate.ts';
import { noFaults, type SimulationInput } from '../../simulator/simulation.ts';

const times = {
  latencyMs: (random: () => number) => 1 + 20 * random(),
  coldStartMs: (random: () => number) => 200 * random(),
  itemMs: (random: () => number) => 1 + 100 * random(),
};

const trees = fc.record({
  items: fc.integer({ min: 0, max: 600 }),
  shape: fc.record({
    maxWork: fc.integer({ min: 1, max: 20 }),
    maxLanes: fc.integer({ min: 1, max: 12 }),
    slots: fc.integer({ min: 1, max: 80 }),
    maxDepth: fc.integer({ min: 0, max: 8 }),
  }),
  concurrencyLimit: fc.integer({ min: 1, max: 60 }),
  seed: fc.integer(),
});

const probability = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.5, noNaN: true }));

const faulty = fc.record({
  throttle: probability,
  lostReply: probability,
  crash: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.2, noNaN: true })),
});

const run = (input: Omit<SimulationInput, 'times'>) => simulate({ ...input, times, patience: 300_000 });

test('a tree without faults ends with every item done, worked on once, within its slots and its depth', () => {
  fc.assert(
    fc.property(trees, (tree) => {
      const result = run({ ...tree, faults: noFaults });
      assert.ok(result.ended);
      assert.ok(result.outcomes.every((outcome) => outcome === 'done'));
      assert.equal(result.outcomes.length, tree.items);
      assert.ok(result.worked.every((times) => times === 1));
      assert.ok(result.peak <= Math.min(tree.shape.slots, tree.concurrencyLimit));
      assert.ok(result.depth <= tree.shape.maxDepth);
      assert.equal(result.notShrinking, 0);
    }),
    { numRuns: 5_000 },
  );
});

test('whatever is throttled, lost or crashes, a tree ends with every item answered, and only within the limit', () => {
  fc.assert(
    fc.property(trees, faulty, (tree, faults) => {
      const result = run({ ...tree, faults: { ...noFaults, ...faults } });
      assert.ok(result.ended);
      assert.ok(result.outcomes.every((outcome) => outcome !== undefined));
      assert.ok(result.peak <= tree.concurrencyLimit);
      assert.equal(result.notShrinking, 0);
      if (faults.crash === 0) assert.ok(result.outcomes.every((outcome) => outcome === 'done'));
    }),
    { numRuns: 5_000 },
  );
});

test('a root that only calls gets every item answered too, if calls get through in the end', () => {
  fc.assert(
    fc.property(trees, (tree) => {
      const shape = { ...tree.shape, maxDepth: Math.max(1, tree.shape.maxDepth) };
      const result = run({ ...tree, shape, faults: { ...noFaults, throttle: 0.2 }, rootHands: false });
      assert.ok(result.ended);
      assert.ok(result.outcomes.every((outcome) => outcome === 'done'));
      assert.ok(result.peak <= Math.min(shape.slots, tree.concurrencyLimit));
    }),
    { numRuns: 1_000 },
  );
});

test('items that kill whoever works on them fail by name, and nothing else does', () => {
  const poisoned = trees.chain((tree) =>
    fc.record({
      tree: fc.constant({ ...tree, items: tree.items + tree.shape.maxWork + 1 }),
      at: fc.uniqueArray(fc.nat({ max: 700 }), { maxLength: 3 }),
    }),
  );
  fc.assert(
    fc.property(poisoned, ({ tree, at }) => {
      // the root works on its own share itself: what kills there is beyond what a tree can survive
      const root = { ...tree, rootHands: false, shape: { ...tree.shape, maxDepth: 3 } };
      const poison = new Set(at.filter((index) => index < tree.items));
      const result = run({ ...root, faults: { ...noFaults, poison } });
      assert.ok(result.ended);
      result.outcomes.forEach((outcome, index) => {
        assert.equal(outcome, poison.has(index) ? 'failed' : 'done', `item ${index}`);
      });
    }),
    { numRuns: 2_000 },
  );
});

test('one seed is one run', () => {
  const input = {
    items: 300,
    shape: { maxWork: 4, maxLanes: 5, slots: 40, maxDepth: 8 },
    concurrencyLimit: 12,
  };
  const faults = { ...noFaults, throttle: 0.3, lostReply: 0.2, crash: 0.1 };
  assert.deepEqual(run({ ...input, faults, seed: 7 }), run({ ...input, faults, seed: 7 }));
});
