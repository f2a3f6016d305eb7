import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { chooseWork, MOST_CHOSEN_WORK } from '../../../engine/policy/choose-work.ts';

const choose = (items: number, slots: number, itemMs?: number) => chooseWork({ items, slots, itemMs }, 8);

suite('W that is chosen', () => {
  test('is the fallback until something is measured', () => {
    assert.equal(choose(1_000, 10), 8);
  });

  test('gives every slot four requests, where these are long enough', () => {
    assert.equal(choose(201, 2, 8), 26);
    assert.equal(choose(400, 100, 120), 1);
  });

  test('is a second of work at most, however many items there are', () => {
    assert.equal(choose(Number.POSITIVE_INFINITY, 100, 50), 20);
    assert.equal(choose(1_000_000, 1, 5_000), 1);
  });

  test('is no less work than an invocation costs, unless that is too many items', () => {
    assert.equal(choose(100, 100, 2), 10);
    assert.equal(choose(100, 100, 0.01), MOST_CHOSEN_WORK);
  });

  test('never shrinks as items become more, or faster, or slots fewer', () => {
    const inputs = fc.record({
      items: fc.integer({ min: 1, max: 1e7 }),
      slots: fc.integer({ min: 1, max: 1e4 }),
      itemMs: fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
    });
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 10 }), ({ items, slots, itemMs }, times) => {
        const chosen = choose(items, slots, itemMs);
        assert.ok(Number.isInteger(chosen) && chosen >= 1 && chosen <= MOST_CHOSEN_WORK);
        assert.ok(choose(items * times, slots, itemMs) >= chosen);
        assert.ok(choose(items, slots * times, itemMs) <= chosen);
        assert.ok(choose(items, slots, itemMs / times) >= chosen);
      }),
    );
  });
});
