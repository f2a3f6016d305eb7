import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { complement, cover, rangesWhere } from '../../../engine/policy/cover.ts';
import type { Range } from '../../../engine/policy/range.ts';

const LENGTH = 40;

const ranges = fc.array(
  fc.tuple(fc.nat(LENGTH - 1), fc.integer({ min: 1, max: 12 })).map(
    ([start, size]): Range => ({
      start,
      end: Math.min(LENGTH, start + size),
    }),
  ),
  { maxLength: 12 },
);

const indexesOf = (found: readonly Range[]) =>
  found.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at));
const upTo = (size: number) => Array.from({ length: size }, (_, index) => index);

test('what ranges have together is covered, each index once, in order, and by a range that has it', () => {
  fc.assert(
    fc.property(ranges, (drawn) => {
      const covered = cover(drawn);
      assert.deepEqual(
        indexesOf(covered),
        [...new Set(indexesOf(drawn))].sort((a, b) => a - b),
      );
      for (const { start, end, by } of covered) {
        assert.ok(drawn.includes(by) && start < end && start >= by.start && end <= by.end);
      }
    }),
  );
});

test('ranges that overlap only partly lose nothing, and no more of them are taken than must be', () => {
  const first = { start: 0, end: 3 };
  const second = { start: 2, end: 6 };
  assert.deepEqual(cover([second, { start: 0, end: 2 }, { start: 1, end: 4 }, first]), [
    { start: 0, end: 3, by: first },
    { start: 3, end: 6, by: second },
  ]);
});

test('what is chosen and what it leaves are together the whole, each index once', () => {
  fc.assert(
    fc.property(ranges, (drawn) => {
      const chosen = cover(drawn);
      const left = complement(chosen, LENGTH);
      const all = [...chosen, ...left].toSorted((a, b) => a.start - b.start);
      assert.deepEqual(indexesOf(all), upTo(LENGTH));
      assert.ok(left.every(({ start, end }) => start < end));
    }),
  );
});

test('what is left is within the length, however far the ranges reach', () => {
  assert.deepEqual(complement([{ start: 10, end: 12 }], 5), [{ start: 0, end: 5 }]);
  assert.deepEqual(complement([{ start: 2, end: 12 }], 5), [{ start: 0, end: 2 }]);
  fc.assert(
    fc.property(ranges, fc.nat(LENGTH), (drawn, length) => {
      const chosen = cover(drawn);
      const covered = new Set(indexesOf(chosen));
      const left = indexesOf(complement(chosen, length));
      assert.deepEqual(
        left,
        upTo(length).filter((index) => !covered.has(index)),
      );
    }),
  );
});

test('the ranges where something holds have exactly those indexes, and do not touch', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: LENGTH }), (holds) => {
      const found = rangesWhere(holds.length, (index) => holds[index] === true);
      assert.deepEqual(
        indexesOf(found),
        upTo(holds.length).filter((index) => holds[index]),
      );
      found.slice(1).forEach(({ start }, before) => {
        assert.ok(start > (found[before]?.end ?? 0));
      });
    }),
  );
});
