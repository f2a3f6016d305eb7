import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { afterOwnOutcome, isHopeless, leastMs, type Pace, paceOf } from '../../../engine/policy/outlook.ts';

const paceAt = (instants: readonly number[]) => {
  const pace = instants.reduce<Pace | undefined>(afterOwnOutcome, undefined);
  return pace && paceOf(pace);
};

suite('the outlook of a batch', () => {
  test('is not known before nine items have their outcome', () => {
    assert.equal(paceAt([0, 1, 2, 3, 4, 5, 6, 7]), undefined);
    assert.equal(paceAt([0, 1, 2, 3, 4, 5, 6, 7, 8]), 1);
  });

  test('knows nothing of what was loaded before the first outcome, and leaves the slowest item out', () => {
    assert.equal(paceAt([9_000, 9_100, 9_200, 9_300, 29_300, 29_400, 29_500, 29_600, 29_700, 29_800]), 100);
  });

  test('never takes rounds whose outcomes come together for slower than they are', () => {
    const rounds = fc.record({
      size: fc.integer({ min: 1, max: 20 }),
      count: fc.integer({ min: 2, max: 30 }),
      ms: fc.integer({ min: 1, max: 5_000 }),
    });
    fc.assert(
      fc.property(rounds, ({ size, count, ms }) => {
        const instants = Array.from({ length: size * count }, (_, index) => Math.floor(index / size) * ms);
        const itemMs = paceAt(instants);
        assert.ok(itemMs === undefined || itemMs <= ms / size);
      }),
    );
  });

  test('is hopeless beyond twice its time, on all slots from its first moment', () => {
    const outlook = { itemMs: 280, slots: 100, startedMs: 1_000, deadlineMs: 29_000 };
    assert.equal(leastMs({ ...outlook, items: 10_000 }), 28_000);
    assert.equal(isHopeless({ ...outlook, items: 20_000 }), false);
    assert.equal(isHopeless({ ...outlook, items: 20_001 }), true);
    assert.equal(isHopeless({ ...outlook, items: 10_000, slots: 10 }), true);
  });
});
