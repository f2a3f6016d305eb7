import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { share, shareEvenly, sizeOf } from '../../../engine/policy/range.ts';

const sum = (parts: readonly number[]) => parts.reduce((a, b) => a + b, 0);
const totals = fc.integer({ min: 0, max: 1_000_000 });

test('a range has the items from its start up to its end, the end not included', () => {
  assert.equal(sizeOf({ start: 3, end: 7 }), 4);
});

test('even parts add up to the whole and differ by at most one', () => {
  fc.assert(
    fc.property(totals, fc.integer({ min: 1, max: 600 }), (total, parts) => {
      const shares = shareEvenly(total, parts);
      assert.equal(shares.length, parts);
      assert.equal(sum(shares), total);
      assert.ok(Math.max(...shares) - Math.min(...shares) <= 1);
    }),
  );
});

test('weighted parts add up to the whole, each less than one item from its due', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(totals, weights, (total, weights) => {
      const shares = share(total, weights);
      assert.equal(sum(shares), total);
      shares.forEach((part, index) => {
        const due = (total * (weights[index] ?? 0)) / sum(weights);
        assert.ok(Math.abs(part - due) < 1, `part ${index} is ${part}, its due ${due}`);
      });
    }),
  );
});
