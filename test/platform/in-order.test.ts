import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inOrder } from '../../platform/in-order.ts';

/** Indexes 0 to n − 1 in any order. */
const shuffled = fc
  .integer({ min: 0, max: 40 })
  .chain((n) => fc.shuffledSubarray([...Array(n).keys()], { minLength: n, maxLength: n }));

test('values come out in the order of their indexes, each as soon as all before it are there', () => {
  fc.assert(
    fc.property(shuffled, (indexes) => {
      const out: number[] = [];
      const order = inOrder<number>((index) => out.push(index));
      const seen = new Set<number>();
      for (const index of indexes) {
        order.add(index, index);
        seen.add(index);
        const prefix = indexes.map((_, at) => at).findIndex((at) => !seen.has(at));
        assert.equal(out.length, prefix < 0 ? indexes.length : prefix);
      }
      assert.deepEqual(
        out,
        [...indexes].sort((a, b) => a - b),
      );
    }),
  );
});

test('a flush hands on what is left, in order, and skips what never came', () => {
  fc.assert(
    fc.property(shuffled, fc.nat(), (indexes, cut) => {
      const some = indexes.slice(0, cut % (indexes.length + 1));
      const out: number[] = [];
      const order = inOrder<number>((index) => out.push(index));
      for (const index of some) order.add(index, index);
      order.flush();
      order.flush();
      assert.deepEqual(
        out,
        [...some].sort((a, b) => a - b),
      );
    }),
  );
});
