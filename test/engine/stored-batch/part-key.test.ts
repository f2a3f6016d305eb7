import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  indexKey,
  type Part,
  partKey,
  partsPrefix,
  readPartKey,
} from '../../../engine/stored-batch/part-key.ts';

const MOST = 999_999_999_999;

const parts: fc.Arbitrary<Part> = fc.record(
  {
    start: fc.integer({ min: 0, max: MOST }),
    end: fc.integer({ min: 0, max: MOST }),
    failed: fc.nat(),
    digest: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 }),
  },
  { noNullPrototype: true },
);

test('a key says what was written into it, in the folder of its batch', () => {
  fc.assert(
    fc.property(parts, (part) => {
      const key = partKey('b-1', part);
      assert.ok(key.startsWith(partsPrefix('b-1')));
      assert.deepEqual(readPartKey(key), part);
    }),
  );
});

test('sorted by name is sorted by index', () => {
  fc.assert(
    fc.property(fc.array(parts), (drawn) => {
      const starts = drawn
        .map((part) => partKey('b', part))
        .sort()
        .map((key) => readPartKey(key)?.start ?? -1);
      assert.deepEqual(
        starts,
        starts.toSorted((a, b) => a - b),
      );
    }),
  );
});

test('other keys are no parts', () => {
  const key = partKey('b', { start: 0, end: 1, failed: 0, digest: '0123456789abcdef' });
  for (const other of [
    indexKey('b', true),
    `${key}~partial`,
    key.replace('.ndjson', '.json'),
    partsPrefix('b'),
    '',
  ]) {
    assert.equal(readPartKey(other), undefined, other);
  }
});
