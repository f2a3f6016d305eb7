import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { CropAxis, Size } from '../../../images/geometry.ts';
import type { Pixels } from '../../../images/pixels.ts';
import type { Filter } from '../../../images/resample/filter.ts';
import { withKernel } from '../../../images/resample/kernel.ts';
import { kernelBytes } from '../../../images/resample/kernel-bytes.ts';
import { resample } from '../../../images/resample/resample.ts';
import { assembled } from './assemble.ts';
import { syntheticPicture, whole } from './synthetic-picture.ts';

const filters: readonly Filter[] = ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'];

const resized = (picture: Pixels, to: Size, filter: Filter): Pixels =>
  resample(picture, { to, filter, across: whole(to.width), down: whole(to.height) });

/** Some of an axis, with black around it. */
const frame = (size: number): fc.Arbitrary<CropAxis> =>
  fc
    .record({ offset: fc.nat(size - 1), before: fc.nat(3), after: fc.nat(3) })
    .chain(({ offset, before, after }) =>
      fc.integer({ min: 1, max: size - offset }).map((length) => ({ offset, length, before, after })),
    );

const framed = (picture: Pixels, across: CropAxis, down: CropAxis): Uint8Array => {
  const { channels } = picture;
  const width = across.before + across.length + across.after;
  const height = down.before + down.length + down.after;
  return Uint8Array.from({ length: width * height * channels }, (_, at) => {
    const x = (Math.floor(at / channels) % width) - across.before;
    const y = Math.floor(at / channels / width) - down.before;
    const outside = x < 0 || y < 0 || x >= across.length || y >= down.length;
    const from = (down.offset + y) * picture.width + across.offset + x;
    return outside ? 0 : (picture.data[from * channels + (at % channels)] ?? Number.NaN);
  });
};

const side = fc.integer({ min: 1, max: 40 });
const sizes = fc.record({ width: side, height: side });

suite('a frame of a resize', () => {
  test('is what a crop of the whole would be, with black around it', () => {
    const wanted = fc
      .record({
        from: sizes,
        to: sizes,
        filter: fc.constantFrom(...filters),
        channels: fc.constantFrom(1, 3),
      })
      .chain((given) =>
        fc
          .record({ across: frame(given.to.width), down: frame(given.to.height) })
          .map((cut) => ({ ...given, ...cut })),
      );
    fc.assert(
      fc.property(wanted, fc.nat(1000), ({ from, to, filter, channels, across, down }, seed) => {
        const picture = syntheticPicture(from.width, from.height, channels === 1 ? 1 : 3, seed);
        const { data } = resample(picture, { to, filter, across, down });
        assert.deepEqual(data, framed(resized(picture, to, filter), across, down));
      }),
      { numRuns: 500 },
    );
  });

  test('of the picture as it is, is a copy of it', () => {
    const picture = syntheticPicture(7, 5, 3, 1);
    const across = { offset: 2, length: 3, before: 0, after: 1 };
    const down = { offset: 0, length: 5, before: 0, after: 0 };
    const { data } = resample(picture, { to: { width: 7, height: 5 }, filter: 'lanczos', across, down });
    assert.deepEqual(data, framed(picture, across, down));
  });

  test('costs a few rows of memory, however far the whole would reach', () => {
    const height = 19_500;
    const line = syntheticPicture(1, height, 3, 1);
    const to = { width: 256, height: 256 * height };
    const down = { offset: Math.floor((to.height - 224) / 2), length: 224, before: 0, after: 0 };
    const across = { offset: 16, length: 224, before: 0, after: 0 };
    const { data } = resample(line, { to, filter: 'bilinear', across, down });
    // 224 of 256 steps from one source pixel to the next
    const from = Math.floor(down.offset / 256) * 3;
    const near = line.data.subarray(from - 3, from + 9);
    assert.ok(data.every((value) => value >= Math.min(...near) && value <= Math.max(...near)));
    // what that left behind is what the next picture finds
    const left = withKernel(0, ({ memory }) => memory.buffer.byteLength);
    assert.ok(left < 1 << 20, `${left} bytes`);
  });

  test('leaves no trace in the next one', () => {
    const [large, small] = [syntheticPicture(600, 400, 3, 1), syntheticPicture(9, 7, 1, 2)];
    const first = resized(small, { width: 5, height: 5 }, 'bicubic').data;
    resized(large, { width: 100, height: 300 }, 'lanczos');
    assert.deepEqual(resized(small, { width: 5, height: 5 }, 'bicubic').data, first);
  });
});

test('the module is what its text says', async () => {
  assert.equal(kernelBytes, await assembled());
});
