import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cover } from '../../../engine/policy/cover.ts';
import type { Range } from '../../../engine/policy/range.ts';
import { defaultSimulation } from '../../../planner/simulator/defaults.ts';
import { fixed } from '../../../planner/simulator/distribution.ts';
import { noFaults } from '../../../planner/simulator/faults.ts';
import {
  createOwnSchedule,
  type OwnWork,
  readyMsOf,
  speedOf,
} from '../../../planner/simulator/own-schedule.ts';
import { simulate } from '../../../planner/simulator/simulate.ts';
import type { SimulationInput } from '../../../planner/simulator/simulation.ts';

const computes: OwnWork = { atOnce: 8, cpuShare: 1, threads: 0 };

/** Begins and ends of items of 100 ms that are all there at 0. */
const scheduleOf = (own: OwnWork, items: number) => {
  const schedule = createOwnSchedule(own);
  const round = Array.from({ length: items }, () => schedule.add(0, 100));
  return { schedule, round, times: round.map(({ beginMs, endMs }) => [beginMs, endMs]) };
};

test('items that wait run together, items that compute one after another, or one in each thread', () => {
  const one = [0, 100];
  const two = [100, 200];
  assert.deepEqual(scheduleOf({ ...computes, cpuShare: 0 }, 9).times, [...Array(8).fill(one), two]);
  assert.deepEqual(scheduleOf(computes, 2).times, [one, two]);
  assert.deepEqual(scheduleOf({ atOnce: 1, cpuShare: 1, threads: 2 }, 4).times, [one, one, two, two]);
  // a quarter of the time on the vCPU, three quarters waiting: four to a vCPU
  const mixed = scheduleOf({ ...computes, cpuShare: 0.25 }, 3).times;
  assert.deepEqual(
    mixed.map(([, endMs]) => endMs),
    [100, 125, 150],
  );
});

test('the speed of an environment is what its places and its vCPUs allow', () => {
  assert.equal(speedOf(computes), 1);
  assert.equal(speedOf({ ...computes, cpuShare: 0 }), 8);
  assert.equal(speedOf({ ...computes, cpuShare: 0.25 }), 4);
  assert.equal(speedOf({ ...computes, threads: 6 }), 6);
  assert.equal(speedOf({ atOnce: 1, cpuShare: 1, threads: 2 }), 2);
});

test('a main thread that computes hears between two items, and one with threads at once', () => {
  const blocked = scheduleOf(computes, 2).schedule;
  assert.deepEqual([0, 50, 100, 150, 200, 250].map(blocked.heardMs), [0, 100, 100, 200, 200, 250]);
  const free = scheduleOf({ ...computes, threads: 2 }, 2).schedule;
  assert.equal(free.heardMs(50), 50);
});

test('a round is ready when half of what may be under way is left, and not where less is', () => {
  const waits = { ...computes, cpuShare: 0 };
  assert.equal(readyMsOf(scheduleOf(waits, 16).round, waits), 200);
  const one = { atOnce: 1, cpuShare: 1, threads: 0 };
  assert.equal(readyMsOf(scheduleOf(one, 3).round, one), 200);
  assert.equal(readyMsOf(scheduleOf(computes, 8).round, computes), undefined);
});

const run = (change: Partial<SimulationInput> & { readonly itemMs?: number; readonly slots?: number }) => {
  const { itemMs = 100, slots = 100, ...more } = change;
  const result = simulate({
    ...defaultSimulation,
    world: { ...defaultSimulation.world, warm: 1_000 },
    times: { latency: fixed(10), coldStart: fixed(0), item: fixed(itemMs) },
    shape: { ...defaultSimulation.shape, slots },
    ...more,
  });
  assert.equal(result.ending, 'finished');
  return result;
};

test('sixteen items that keep the processor busy take at most 0.6 of the time on two slots', () => {
  const on = (slots: number) => run({ items: 16, slots, own: computes }).makespanMs;
  assert.ok(on(2) <= 0.6 * on(1), `${on(2)} ms on two, ${on(1)} ms on one`);
});

test('two threads do in half the time what one vCPU does', () => {
  const on = (threads: number) => run({ items: 2_000, own: { atOnce: 1, cpuShare: 1, threads } }).makespanMs;
  assert.ok(on(2) <= 0.6 * on(1), `${on(2)} ms with two, ${on(1)} ms with one`);
});

test('5 % invalid items cost at most 1.1 of the time of none, and every invocation keeps its share of work', () => {
  const of = (invalid: number) => run({ items: 800, itemMs: 200, faults: { ...noFaults, invalid } });
  const [none, some] = [of(0), of(0.05)];
  assert.ok(some.makespanMs <= 1.1 * none.makespanMs, `${some.makespanMs} and ${none.makespanMs} ms`);
  assert.ok(some.peak >= 0.95 * none.peak, `${some.peak} and ${none.peak} at once`);
});

test('half-invalid batches take steps in proportion to their items, as many as valid ones of half their size', () => {
  const steps = (items: number, invalid: number) => run({ items, faults: { ...noFaults, invalid } }).steps;
  const half = steps(20_000, 0.5);
  assert.ok(steps(40_000, 0.5) <= 2.2 * half);
  assert.ok(Math.abs(half - steps(10_000, 0)) <= 0.05 * half);
});

test('a stored batch whose root is killed is continued with what is in no part, and parts that overlap count once', () => {
  const faults = { ...noFaults, lost: 0.2, rootKilledAtMs: 2_000 };
  const { parts, worked } = run({ items: 2_000, storedBytes: 600_000, faults });
  const lines = (ranges: readonly Range[]) => ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  assert.equal(lines(cover(parts)), 2_000);
  assert.ok(lines(parts) > 2_000, 'what a child did whose answer was lost is there twice');
  const times = worked.reduce((sum, count) => sum + count, 0);
  const again = run({ items: 2_000, faults }).worked.reduce((sum, count) => sum + count, 0);
  assert.ok(times < 0.8 * again, `${times} items worked on, ${again} without a store`);
});
