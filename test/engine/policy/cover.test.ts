import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { complement, disjoint, rangesWhere } from '../../../engine/policy/cover.ts';
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

test('of ranges that may overlap those are chosen that do not, in order', () => {
  fc.assert(
    fc.property(ranges, (drawn) => {
      const chosen = disjoint(drawn);
      assert.ok(chosen.every((range) => drawn.includes(range)));
      const indexes = indexesOf(chosen);
      assert.deepEqual(
        indexes,
        [...new Set(indexes)].sort((a, b) => a - b),
      );
    }),
  );
});

test('nothing that could be chosen as well is left out', () => {
  fc.assert(
    fc.property(ranges, (drawn) => {
      const chosen = disjoint(drawn);
      const covered = new Set(indexesOf(chosen));
      for (const range of drawn) assert.ok(indexesOf([range]).some((index) => covered.has(index)));
    }),
  );
});

test('of ranges that begin together the longest is chosen, and ranges are chosen by their start', () => {
  assert.deepEqual(
    disjoint([
      { start: 4, end: 6 },
      { start: 0, end: 2 },
      { start: 1, end: 4 },
      { start: 0, end: 3 },
    ]),
    [
      { start: 0, end: 3 },
      { start: 4, end: 6 },
    ],
  );
});

test('what is chosen and what it leaves are together the whole, each index once', () => {
  fc.assert(
    fc.property(ranges, (drawn) => {
      const chosen = disjoint(drawn);
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
      const chosen = disjoint(drawn);
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
