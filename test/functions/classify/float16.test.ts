import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromFloat16Bits, toFloat16Bits } from '../../../functions/classify/core/float16.ts';

/** What V8 itself does; not in the types of ES2024 yet. */
type HalfView = DataView & {
  setFloat16(at: number, value: number): void;
  getFloat16(at: number): number;
};
const view = new DataView(new ArrayBuffer(2)) as HalfView;
const platform =
  'setFloat16' in DataView.prototype ? {} : { skip: 'this Node.js has no half precision to compare with' };

const bitsOf = (value: number): number => {
  view.setFloat16(0, value);
  return view.getUint16(0);
};

test('every half has its own bits: decoding and encoding is the identity', () => {
  for (let bits = 0; bits < 0x10000; bits += 1) {
    const value = fromFloat16Bits(bits);
    if (!Number.isNaN(value)) assert.equal(toFloat16Bits(value), bits);
  }
});

test('decoding agrees with the platform on all 65,536 halves', platform, () => {
  for (let bits = 0; bits < 0x10000; bits += 1) {
    view.setUint16(0, bits);
    assert.ok(Object.is(fromFloat16Bits(bits), view.getFloat16(0)));
  }
});

test('encoding agrees with the platform on any number, ties to even included', platform, () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.float(), fc.double({ min: -70_000, max: 70_000 })), (value) => {
      assert.equal(toFloat16Bits(value), bitsOf(value));
    }),
    { numRuns: 5000 },
  );
  for (let bits = 0; bits < 0x7bff; bits += 1) {
    const tie = (fromFloat16Bits(bits) + fromFloat16Bits(bits + 1)) / 2;
    assert.equal(toFloat16Bits(tie), bitsOf(tie));
    assert.equal(toFloat16Bits(-tie), bitsOf(-tie));
  }
});

test('what is too large becomes infinity, and what is too small a zero of its sign', () => {
  assert.equal(toFloat16Bits(65_504), 0x7bff);
  assert.equal(toFloat16Bits(65_520), 0x7c00);
  assert.equal(toFloat16Bits(Number.NEGATIVE_INFINITY), 0xfc00);
  assert.equal(toFloat16Bits(1e-10), 0);
  assert.equal(toFloat16Bits(-0), 0x8000);
  assert.ok(Number.isNaN(fromFloat16Bits(toFloat16Bits(Number.NaN))));
});
