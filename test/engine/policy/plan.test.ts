import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextChunk, type PlanInput, planInvocation } from '../../../engine/policy/plan.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

const inputs = fc.record({
  items: fc.integer({ min: 0, max: 20_000 }),
  maxWork: fc.integer({ min: 1, max: 50 }),
  maxLanes: fc.integer({ min: 1, max: 40 }),
  slots: fc.integer({ min: 1, max: 500 }),
  depth: fc.integer({ min: 0, max: 4 }),
  maxDepth: fc.integer({ min: 0, max: 8 }),
  ownWork: fc.boolean(),
});

/** Eight rounds of W for each slot is the most a caller without own work asks for in one call. */
const mostOfACall = ({ maxWork }: PlanInput, slots: number) => 8 * maxWork * slots;

const planOf = (input: Partial<PlanInput>) =>
  planInvocation({
    items: 0,
    maxWork: 8,
    maxLanes: 10,
    slots: 100,
    depth: 0,
    maxDepth: 8,
    ownWork: true,
    ...input,
  });

test('a batch of at most W items is a leaf', () => {
  assert.deepEqual(planOf({ items: 8 }), { own: 8, lanes: [] });
  assert.deepEqual(planOf({ items: 0 }), { own: 0, lanes: [] });
});

test('one item more than W goes to a child', () => {
  assert.deepEqual(planOf({ items: 9 }), { own: 8, lanes: [{ slots: 99, chunk: 1 }] });
});

test('the rest of a batch is split evenly over the lanes, which share the slots evenly', () => {
  const { own, lanes } = planOf({ items: 808, slots: 101, maxLanes: 10 });
  assert.equal(own, 8);
  assert.deepEqual(
    lanes,
    Array.from({ length: 10 }, () => ({ slots: 10, chunk: 80 })),
  );
});

test('with few slots the own share grows to ⌈N / S⌉, so that every slot carries the same load', () => {
  assert.deepEqual(planOf({ items: 100, slots: 4 }), {
    own: 25,
    lanes: [
      { slots: 1, chunk: 7 },
      { slots: 1, chunk: 7 },
      { slots: 1, chunk: 7 },
    ],
  });
});

test('a caller without own work keeps nothing and takes no slot', () => {
  assert.deepEqual(planOf({ items: 8, ownWork: false, slots: 1 }), {
    own: 0,
    lanes: [{ slots: 1, chunk: 8 }],
  });
});

test('one slot, or no depth left, is a leaf of any size', () => {
  assert.deepEqual(planOf({ items: 1_000, slots: 1 }), { own: 1_000, lanes: [] });
  assert.deepEqual(planOf({ items: 1_000, depth: 8 }), { own: 1_000, lanes: [] });
});

test('the slots of the lanes, with one for own work, are never more than S', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const { lanes } = planInvocation(input);
      const used = sum(lanes.map(({ slots }) => slots)) + (input.ownWork ? 1 : 0);
      assert.ok(used <= input.slots || lanes.length === 0);
      assert.ok(lanes.length <= input.maxLanes);
      assert.ok(lanes.every(({ slots }) => slots >= 1));
    }),
  );
});

test('chunks are whole, of at least one item, and at most W where the child can have no children', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      for (const { slots, chunk } of planInvocation(input).lanes) {
        assert.ok(Number.isInteger(chunk) && chunk >= 1);
        if (slots === 1) assert.ok(chunk <= input.maxWork);
      }
    }),
  );
});

test('own share and chunks cover the batch, lanes of one slot taking theirs in even passes', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const { own, lanes } = planInvocation(input);
      const rest = input.items - own;
      assert.ok(own >= 0 && rest >= 0);
      if (lanes.length === 0) return assert.equal(rest, 0);
      if (lanes.every(({ slots }) => slots > 1)) {
        const given = sum(lanes.map(({ chunk }) => chunk));
        // a lane without a share still has a chunk of one, for what is put back
        assert.ok(given < rest + lanes.length);
        const isCapped =
          !input.ownWork && lanes.some((lane) => lane.chunk === mostOfACall(input, lane.slots));
        return assert.ok(given >= rest || isCapped);
      }
      if (lanes.some(({ slots }) => slots > 1)) return undefined;
      const passes = Math.ceil(Math.ceil(rest / lanes.length) / input.maxWork);
      assert.ok(sum(lanes.map(({ chunk }) => chunk)) * passes >= rest);
      return undefined;
    }),
  );
});

test('down any path of the tree chunks shrink strictly, and the depth stays within its limit', () => {
  fc.assert(
    fc.property(inputs, fc.infiniteStream(fc.nat()), (root, choices) => {
      let input = root;
      for (const choice of choices) {
        const { lanes } = planInvocation(input);
        const lane = lanes[choice % Math.max(1, lanes.length)];
        if (!lane) return;
        assert.ok(lane.chunk < input.items || !input.ownWork);
        input = { ...input, items: lane.chunk, slots: lane.slots, depth: input.depth + 1, ownWork: true };
        assert.ok(input.depth <= input.maxDepth);
      }
    }),
  );
});

test('a caller without own work asks for no more than eight rounds a slot in one call, and feeds its lanes', () => {
  assert.deepEqual(planOf({ items: 1_000_000, ownWork: false, slots: 20, maxLanes: 2 }).lanes, [
    { slots: 10, chunk: 640 },
    { slots: 10, chunk: 640 },
  ]);
  fc.assert(
    fc.property(inputs, (input) => {
      if (input.ownWork) return;
      for (const { slots, chunk } of planInvocation(input).lanes) {
        assert.ok(chunk <= mostOfACall(input, slots));
      }
    }),
  );
});

test('a lane that comes back takes its share of what is left, but W is always worth a call', () => {
  const lane = { slots: 10, chunk: 80 };
  assert.equal(nextChunk(lane, 1_000, 100, 8), 80, 'never more than its chunk');
  assert.equal(nextChunk(lane, 500, 100, 8), 50);
  assert.equal(nextChunk(lane, 501, 100, 8), 51);
  assert.equal(nextChunk(lane, 20, 100, 8), 8);
});

test('what lanes take when they come back is at least one item, at most a chunk, and ends what is left', () => {
  const lanes = fc.record({
    slots: fc.integer({ min: 1, max: 50 }),
    chunk: fc.integer({ min: 1, max: 500 }),
  });
  fc.assert(
    fc.property(
      lanes,
      fc.integer({ min: 1, max: 10_000 }),
      fc.nat(400),
      fc.integer({ min: 1, max: 20 }),
      (lane, left, otherSlots, maxWork) => {
        const taken = nextChunk(lane, left, lane.slots + otherSlots, maxWork);
        assert.ok(Number.isInteger(taken) && taken >= 1 && taken <= lane.chunk);
        assert.ok(taken <= Math.max(maxWork, Math.ceil((left * lane.slots) / (lane.slots + otherSlots))));
      },
    ),
  );
});
