import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RecommendInput, recommend } from '../../planner/recommend.ts';
import { oneAtATime } from '../../planner/simulator/own-schedule.ts';
import { simulated } from './simulated.ts';

/** How much slower than the best of all shapes a recommended one may be. */
const TOLERANCE = 1.05;

const classifier = { latencyMs: 10, coldStartMs: 800, itemMs: 100 };
const heavyStart = { latencyMs: 50, coldStartMs: 2_000, itemMs: 5 };
const light = { latencyMs: 20, coldStartMs: 300, itemMs: 20 };

const inputOf = (items: number, slots: number, times: typeof light, warm: boolean): RecommendInput => ({
  items,
  slots,
  maxDepth: 8,
  root: 'function',
  times,
  own: oneAtATime,
  machine: { memoryMb: 1_769, architecture: 'arm64' },
  bytes: { perReference: 80, perResult: 240 },
  goal: { minimise: 'time' },
  warm,
});

const wallMs = (input: RecommendInput, maxWork: number, maxLanes: number): number =>
  simulated(
    { ...input, shape: { maxWork, maxLanes, slots: input.slots, maxDepth: input.maxDepth } },
    { warm: input.warm ?? false },
  ).makespanMs;

const fastest = (input: RecommendInput): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let maxWork = 1; maxWork <= input.items; maxWork++) {
    for (let maxLanes = 1; maxLanes <= input.slots; maxLanes++) {
      best = Math.min(best, wallMs(input, maxWork, maxLanes));
    }
  }
  return best;
};

for (const [items, slots] of [
  [37, 8],
  [64, 16],
  [100, 30],
  [150, 10],
  [250, 4],
] as const) {
  test(`the shape recommended for ${items} items on ${slots} slots is within 5 % of the best of all`, () => {
    for (const times of [classifier, heavyStart, light]) {
      for (const warm of [true, false]) {
        const input = inputOf(items, slots, times, warm);
        const { maxWork, maxLanes } = recommend(input);
        const [mine, best] = [wallMs(input, maxWork, maxLanes), fastest(input)];
        const where = `W ${maxWork}, P ${maxLanes}, ${JSON.stringify(times)}, warm ${warm}`;
        assert.ok(mine <= TOLERANCE * best, `${mine} ms against ${best} ms at ${where}`);
      }
    }
  });
}

test('the cheapest shape within a time is within it, and no dearer than the fastest', () => {
  const input = inputOf(1_000, 100, classifier, false);
  const quick = recommend(input);
  const cheap = recommend({ ...input, goal: { minimise: 'cost', withinMs: 4 * quick.estimate.wallMs } });
  assert.ok(cheap.isWithin);
  assert.ok(cheap.estimate.wallMs <= 4 * quick.estimate.wallMs);
  assert.ok(cheap.estimate.dollars < quick.estimate.dollars);
});

test('where no shape is fast enough the fastest is recommended, and it says so', () => {
  const input = inputOf(1_000, 10, classifier, false);
  const late = recommend({ ...input, goal: { minimise: 'cost', withinMs: 1 } });
  assert.equal(late.isWithin, false);
  assert.ok(late.estimate.wallMs <= recommend(input).estimate.wallMs * 1.001);
});

test('no request is recommended that Lambda could not carry, or not finish', () => {
  const { maxWork } = recommend(inputOf(1_000_000, 10, { ...classifier, itemMs: 1 }, false));
  assert.ok(maxWork * 81 < 6_291_456);
  const slow = recommend({ ...inputOf(100_000, 10, classifier, false), timeoutMs: 60_000 });
  assert.ok(slow.maxWork <= 300);
});

test('nothing cannot be recommended for', () => {
  assert.throws(() => recommend(inputOf(0, 10, classifier, false)), { name: 'InvalidRequestError' });
});
