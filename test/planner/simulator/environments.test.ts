import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEnvironments } from '../../../planner/simulator/environments.ts';
import { noFaults } from '../../../planner/simulator/faults.ts';
import { lambdaScaling, noOtherCallers, type World } from '../../../planner/simulator/world.ts';

const world: World = { concurrencyLimit: 5_000, scaling: lambdaScaling, warm: 0, others: noOtherCallers };

const make = (change: Partial<World>, straggling = noFaults.straggling) =>
  createEnvironments({ ...world, ...change }, straggling, 7);

test('no more than 1,000 environments start within any ten seconds, and unused starts are not saved up', () => {
  const environments = make({});
  const startAll = (nowMs: number) => {
    let started = 0;
    while (environments.occupy(1, nowMs)) started += 1;
    return started;
  };
  assert.equal(startAll(0), 1_000);
  assert.equal(startAll(9_999), 0);
  assert.equal(startAll(10_000), 1_000);
  assert.equal(startAll(60_000), 1_000);
});

test('an environment that was left is warm for the next, of its own version only; one that died is gone', () => {
  const environments = make({ scaling: { environments: 3, perMs: 1_000 } });
  const first = environments.occupy(1, 0);
  assert.equal(first?.cold, true);
  environments.vacate(first.environment, true);
  assert.equal(environments.occupy(2, 0)?.cold, true);
  const again = environments.occupy(1, 0);
  assert.deepEqual(again, { environment: first.environment, cold: false });
  environments.vacate(first.environment, false);
  assert.equal(environments.occupy(1, 0)?.cold, true);
  assert.equal(environments.busy(), 2);
});

test('what other callers hold is missing from the limit, and changes with time', () => {
  const freeAt = (nowMs: number) => {
    const environments = make({ concurrencyLimit: 50, others: { most: 50, everyMs: 100 } });
    let free = 0;
    while (environments.occupy(1, nowMs)) free += 1;
    return free;
  };
  const free = Array.from({ length: 40 }, (_, turn) => freeAt(turn * 100));
  assert.ok(free.every((count) => count >= 0 && count <= 50));
  assert.ok(new Set(free).size > 10);
  assert.deepEqual(freeAt(250), freeAt(299));
});

test('the limit is full of ours only if nobody else has a part in it', () => {
  const alone = make({ concurrencyLimit: 1 });
  assert.equal(alone.allOurs(), false);
  assert.ok(alone.occupy(1, 0));
  assert.equal(alone.occupy(1, 0), undefined);
  assert.equal(alone.allOurs(), true);
  const shared = make({ concurrencyLimit: 1, others: { most: 1, everyMs: 10 } });
  shared.occupyFirst(1);
  assert.equal(shared.allOurs(), false);
});

test('the stated share of environments is slow', () => {
  const environments = make({ warm: 1_000 }, { items: 0, environments: 0.2, factor: 8 });
  const slow = Array.from({ length: 1_000 }, () => environments.occupy(1, 0)?.environment.slowness).filter(
    (slowness) => slowness === 8,
  );
  assert.ok(slow.length > 150 && slow.length < 250, `${slow.length} of 1,000`);
});
