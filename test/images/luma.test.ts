import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { lumaOf } from '../../images/luma.ts';

const byte = fc.integer({ min: 0, max: 255 });

suite('lumaOf', () => {
  test('gives what Pillow gives for the primaries', () => {
    const rgb = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255);
    assert.deepEqual([...lumaOf(rgb)], [76, 150, 29, 255]);
  });

  test('keeps grey exactly', () => {
    for (let level = 0; level < 256; level += 1)
      assert.equal(lumaOf(Uint8Array.of(level, level, level))[0], level);
  });

  test('is within half a level of the formula', () => {
    fc.assert(
      fc.property(byte, byte, byte, (r, g, b) => {
        const exact = 0.299 * r + 0.587 * g + 0.114 * b;
        assert.ok(Math.abs((lumaOf(Uint8Array.of(r, g, b))[0] ?? -9) - exact) <= 0.51);
      }),
    );
  });
});
