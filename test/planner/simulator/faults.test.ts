import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSimulation } from '../../../planner/simulator/defaults.ts';
import { fixed } from '../../../planner/simulator/distribution.ts';
import { type Faults, noFaults } from '../../../planner/simulator/faults.ts';
import { simulate } from '../../../planner/simulator/simulate.ts';
import type { SimulationInput } from '../../../planner/simulator/simulation.ts';

const run = (faults: Partial<Faults>, change: Partial<SimulationInput> = {}) =>
  simulate({ ...defaultSimulation, items: 500, ...change, faults: { ...noFaults, ...faults } });

const allAnswered = ({ outcomes }: ReturnType<typeof run>): boolean =>
  outcomes.marks.every((mark) => mark === 1);

test('children of the new version refuse after the alias has moved, and the tree goes on with the old one', () => {
  const before = run({ aliasMovesAtMs: 1_000_000 });
  const during = run({ aliasMovesAtMs: 850 });
  assert.equal(before.skewed, 0);
  assert.ok(during.skewed > 0);
  assert.ok(allAnswered(during));
  assert.ok(
    during.worked.every((times) => times === 1),
    'a child that refuses has not worked',
  );
});

test('a tree whose root began after the move is of the new version, and nobody refuses', () => {
  assert.equal(run({ aliasMovesAtMs: 0 }).skewed, 0);
});

test('every swapped or cut reply is found out and done again', () => {
  for (const faults of [{ swapped: 0.5 }, { cut: 0.5 }]) {
    const result = run(faults);
    assert.ok(result.lostReplies > 0);
    assert.ok(allAnswered(result));
    assert.ok(result.arrivals.every((times) => times === 1));
  }
});

test('a reply that arrives twice is taken once', () => {
  const result = run({ duplicated: 1 });
  assert.ok(result.arrivals.every((times) => times === 1));
  assert.equal(result.lostReplies, 0);
});

test('a child whose connection was reset runs on, and nobody waits for it', () => {
  const result = run({ lost: 0.5 });
  assert.ok(result.orphans > 0);
  assert.ok(allAnswered(result));
  assert.ok(result.worked.some((times) => times > 1));
  assert.ok(result.peak <= 100);
});

test('slow items make the lower bound longer, slow environments only the run', () => {
  const usual = run({});
  const items = run({ straggling: { items: 0.05, environments: 0, factor: 10 } });
  const environments = run({ straggling: { items: 0, environments: 0.05, factor: 10 } });
  assert.ok(items.lowerBoundMs > usual.lowerBoundMs);
  assert.equal(environments.lowerBoundMs, usual.lowerBoundMs);
  assert.ok(environments.makespanMs > usual.makespanMs);
});

test('a root that dies of its own share says so', () => {
  const result = run({ poison: [3] });
  assert.equal(result.ending, 'root-crashed');
  assert.ok(Number.isNaN(result.makespanMs));
});

test('a caller outside is no invocation, and its tree has all slots to itself', () => {
  const result = run({}, { root: 'caller', times: { ...defaultSimulation.times, coldStart: fixed(0) } });
  assert.ok(allAnswered(result));
  assert.equal(result.depth >= 1, true);
  assert.ok(result.peak <= 100);
});
