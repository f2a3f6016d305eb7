import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { cropAxis, resizedSize } from '../../images/geometry.ts';

const side = fc.integer({ min: 1, max: 20_000 });
const size = fc.record({ width: side, height: side });
const edge = fc.integer({ min: 1, max: 2048 });

suite('resizedSize', () => {
  test('without a resize the size stays', () => {
    assert.deepEqual(resizedSize({ width: 7, height: 5 }, undefined), { width: 7, height: 5 });
  });

  test('width and height are taken as they are', () => {
    assert.deepEqual(resizedSize({ width: 7, height: 5 }, { width: 224, height: 256 }), {
      width: 224,
      height: 256,
    });
  });

  test('the other side is rounded to whole pixels, as the model zoo preprocesses', () => {
    // 256 · 500 / 375 = 341.33; 256 · 500 / 333 = 384.38; 256 · 500 / 334 = 383.23; 256 · 500 / 351 = 364.67
    for (const [height, width] of [
      [375, 341],
      [333, 384],
      [334, 383],
      [351, 365],
    ] as const) {
      assert.deepEqual(resizedSize({ width: 500, height }, { shortestEdge: 256 }), { width, height: 256 });
    }
  });

  test('the shorter side is the shortest edge, and the other the exact ratio, rounded', () => {
    fc.assert(
      fc.property(size, edge, (from, shortestEdge) => {
        const to = resizedSize(from, { shortestEdge });
        const [short, long] = [Math.min(to.width, to.height), Math.max(to.width, to.height)];
        const exact = (shortestEdge * Math.max(from.width, from.height)) / Math.min(from.width, from.height);
        assert.equal(short, shortestEdge);
        assert.ok(Math.abs(long - exact) <= 0.5);
      }),
    );
  });

  test('turning the picture turns the result', () => {
    fc.assert(
      fc.property(
        size,
        edge,
        fc.option(edge, { nil: undefined }),
        ({ width, height }, shortestEdge, longestEdge) => {
          const resize = { shortestEdge, ...(longestEdge === undefined ? {} : { longestEdge }) };
          const upright = resizedSize({ width, height }, resize);
          const sideways = resizedSize({ width: height, height: width }, resize);
          assert.deepEqual(sideways, { width: upright.height, height: upright.width });
        },
      ),
    );
  });

  test('the longest edge is never exceeded, and nothing vanishes', () => {
    fc.assert(
      fc.property(size, edge, edge, (from, shortestEdge, longestEdge) => {
        const to = resizedSize(from, { shortestEdge, longestEdge });
        assert.ok(Math.max(to.width, to.height) <= longestEdge);
        assert.ok(Math.min(to.width, to.height) >= 1);
      }),
    );
  });

  test('the longest edge caps as Hugging Face does', () => {
    // 800 · 1500 / 500 = 2400 > 1333, and ⌊1333 · 800 / 2400⌋ = 444
    const to = resizedSize({ width: 500, height: 1500 }, { shortestEdge: 800, longestEdge: 1333 });
    assert.deepEqual(to, { width: 444, height: 1333 });
  });
});

suite('cropAxis', () => {
  test('half a pixel is cut off, as by center_crop of Hugging Face', () => {
    // (341 − 224) / 2 = 58.5 → 58, and (343 − 224) / 2 = 59.5 → 59
    assert.equal(cropAxis(341, 224).offset, 58);
    assert.equal(cropAxis(343, 224).offset, 59);
    assert.equal(cropAxis(256, 224).offset, 16);
  });

  test('a larger crop keeps the whole picture, with the odd pixel of black before it', () => {
    assert.deepEqual(cropAxis(223, 224), { offset: 0, length: 223, before: 1, after: 0 });
    assert.deepEqual(cropAxis(10, 15), { offset: 0, length: 10, before: 3, after: 2 });
  });

  test('picture and black together are exactly the crop, inside the picture, and centred', () => {
    fc.assert(
      fc.property(side, side, (from, crop) => {
        const { offset, length, before, after } = cropAxis(from, crop);
        assert.equal(before + length + after, crop);
        assert.ok(offset >= 0 && length >= 1 && offset + length <= from);
        assert.ok(Math.abs(offset - (from - offset - length)) <= 2);
        assert.ok(before - after === 0 || before - after === 1);
      }),
    );
  });
});
