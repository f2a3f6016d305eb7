import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { cropAxis, resizedSize } from '../../images/geometry.ts';
import type { Rounding } from '../../images/rounding.ts';

const side = fc.integer({ min: 1, max: 20_000 });
const size = fc.record({ width: side, height: side });
const edge = fc.integer({ min: 1, max: 2048 });
const rounding = fc.constantFrom<Rounding[]>('onnx-zoo', 'torchvision', 'transformers');

suite('resizedSize', () => {
  test('without a resize the size stays', () => {
    const picture = { width: 7, height: 5 };
    assert.deepEqual(resizedSize(picture, undefined, 'transformers'), picture);
  });

  test('width and height are taken as they are', () => {
    const to = { width: 224, height: 256 };
    assert.deepEqual(resizedSize({ width: 7, height: 5 }, to, 'torchvision'), to);
  });

  test('the other side is what each library makes of it', () => {
    // 256 · 500 / 375 = 341.33; 256 · 500 / 351 = 364.67; 256 · 333 / 512 = 166.5; 256 · 335 / 512 = 167.5
    const rows: readonly (readonly [long: number, short: number, zoo: number, others: number])[] = [
      [500, 375, 341, 341],
      [500, 351, 365, 364],
      [501, 384, 334, 334],
      [771, 512, 386, 385],
      [773, 512, 386, 386],
    ];
    for (const [width, height, zoo, others] of rows) {
      const long = (by: Rounding) => resizedSize({ width, height }, { shortestEdge: 256 }, by).width;
      assert.deepEqual([long('onnx-zoo'), long('torchvision'), long('transformers')], [zoo, others, others]);
    }
  });

  test('the shorter side is the shortest edge, and the other the exact ratio, to less than a pixel', () => {
    fc.assert(
      fc.property(size, edge, rounding, (from, shortestEdge, by) => {
        const to = resizedSize(from, { shortestEdge }, by);
        const [short, long] = [Math.min(to.width, to.height), Math.max(to.width, to.height)];
        const exact = (shortestEdge * Math.max(from.width, from.height)) / Math.min(from.width, from.height);
        assert.equal(short, shortestEdge);
        assert.ok(Math.abs(long - exact) <= (by === 'onnx-zoo' ? 0.5 : 1) * (1 + 1e-9));
      }),
    );
  });

  test('turning the picture turns the result', () => {
    fc.assert(
      fc.property(
        size,
        edge,
        fc.option(edge, { nil: undefined }),
        rounding,
        (from, shortestEdge, cap, by) => {
          const resize = { shortestEdge, ...(cap === undefined ? {} : { longestEdge: cap }) };
          const upright = resizedSize(from, resize, by);
          const sideways = resizedSize({ width: from.height, height: from.width }, resize, by);
          assert.deepEqual(sideways, { width: upright.height, height: upright.width });
        },
      ),
    );
  });

  test('the longest edge is never exceeded, and nothing vanishes', () => {
    fc.assert(
      fc.property(size, edge, edge, rounding, (from, shortestEdge, longestEdge, by) => {
        fc.pre(longestEdge >= shortestEdge);
        const to = resizedSize(from, { shortestEdge, longestEdge }, by);
        assert.ok(Math.max(to.width, to.height) <= longestEdge);
        assert.ok(Math.min(to.width, to.height) >= 1);
      }),
    );
  });

  test('the longest edge caps as torchvision and transformers each do', () => {
    // 800 · 1500 / 500 = 2400 > 1333; ⌊1333 · 800 / 2400⌋ = 444
    const tall = { width: 500, height: 1500 };
    const to = (by: Rounding) => resizedSize(tall, { shortestEdge: 800, longestEdge: 1333 }, by);
    assert.deepEqual(to('torchvision'), { width: 444, height: 1333 });
    assert.deepEqual(to('transformers'), { width: 444, height: 1333 });
    // 1000 · 640 / 1000 = 640 = the cap, which is not exceeded
    const square = { width: 1000, height: 1000 };
    const both = { shortestEdge: 640, longestEdge: 640 };
    assert.deepEqual(resizedSize(square, both, 'transformers'), { width: 640, height: 640 });
    // 2.6 · 800 = 2080 > 1333; 1333 / 2.6 = 512.69: cut off by one, rounded by the other
    const wide = { width: 1300, height: 500 };
    // 8 · 36 / 33 = 8.7: past the cap where it is rounded, within it where it is cut off
    const barely = { shortestEdge: 8, longestEdge: 8 };
    assert.deepEqual(resizedSize({ width: 33, height: 36 }, barely, 'onnx-zoo'), { width: 7, height: 8 });
    assert.deepEqual(resizedSize({ width: 33, height: 36 }, barely, 'torchvision'), { width: 8, height: 8 });
    const capped = (by: Rounding) => resizedSize(wide, { shortestEdge: 800, longestEdge: 1333 }, by).height;
    assert.deepEqual([capped('torchvision'), capped('transformers')], [512, 513]);
  });
});

suite('cropAxis', () => {
  test('half a pixel goes where each library puts it', () => {
    // (341 − 224) / 2 = 58.5, (343 − 224) / 2 = 59.5, (342 − 223) / 2 = 59.5 and 342 // 2 − 223 // 2 = 60
    const rows: readonly (readonly [
      number,
      number,
      zoo: number,
      torchvision: number,
      transformers: number,
    ])[] = [
      [256, 224, 16, 16, 16],
      [341, 224, 58, 58, 58],
      [343, 224, 59, 60, 59],
      [342, 223, 60, 60, 59],
    ];
    for (const [from, crop, ...offsets] of rows) {
      const offset = (by: Rounding) => cropAxis(from, crop, by).offset;
      assert.deepEqual([offset('onnx-zoo'), offset('torchvision'), offset('transformers')], offsets);
    }
  });

  test('a larger crop keeps the whole picture, with the odd pixel of black where each library has it', () => {
    assert.deepEqual(cropAxis(223, 224, 'transformers'), { offset: 0, length: 223, before: 1, after: 0 });
    assert.deepEqual(cropAxis(223, 224, 'torchvision'), { offset: 0, length: 223, before: 0, after: 1 });
    assert.deepEqual(cropAxis(10, 15, 'transformers'), { offset: 0, length: 10, before: 3, after: 2 });
    assert.deepEqual(cropAxis(10, 15, 'torchvision'), { offset: 0, length: 10, before: 2, after: 3 });
  });

  test('picture and black together are exactly the crop, inside the picture, and centred', () => {
    fc.assert(
      fc.property(side, side, rounding, (from, crop, by) => {
        const { offset, length, before, after } = cropAxis(from, crop, by);
        assert.equal(before + length + after, crop);
        assert.ok(offset >= 0 && length >= 1 && offset + length <= from);
        assert.ok(Math.abs(offset - (from - offset - length)) <= 2);
        assert.ok(Math.abs(before - after) <= 1);
      }),
    );
  });
});
