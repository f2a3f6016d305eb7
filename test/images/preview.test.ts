import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { areaAverage } from '../../images/area-average.ts';
import type { Pixels } from '../../images/index.ts';
import { previewOf, sharp } from '../../images/sharp.ts';

const noise = (width: number, height: number): Pixels => ({
  ...{ width, height, channels: 3 },
  // the hardest to make small
  data: Uint8Array.from(
    { length: width * height * 3 },
    (_, at) => (Math.imul(at + 1, 0x9e3779b1) >>> 24) & 255,
  ),
});
const sizeOf = async (preview: string | undefined) => {
  const { width, height, format } = await sharp(Buffer.from(preview ?? '', 'base64')).metadata();
  return { width, height, format };
};

describe('the mean of areas', () => {
  it('is what each pixel of a smaller picture is, by its channels', () => {
    const grey = {
      data: Uint8Array.of(0, 2, 50, 50, 4, 6, 50, 51),
      width: 4,
      height: 2,
      channels: 1,
    } as const;
    assert.deepEqual([...areaAverage(grey, { width: 2, height: 1 }).data], [3, 50]);
    const colours = { data: Uint8Array.of(0, 10, 20, 2, 12, 22), width: 2, height: 1, channels: 3 } as const;
    assert.deepEqual([...areaAverage(colours, { width: 1, height: 1 }).data], [1, 11, 21]);
  });

  it('has every size, and no value that was not between those that were there', () => {
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(side, side, side, side, (width, height, toWidth, toHeight) => {
        const { data } = noise(width, height);
        const made = areaAverage({ data, width, height, channels: 3 }, { width: toWidth, height: toHeight });
        assert.equal(made.data.length, toWidth * toHeight * 3);
        assert.ok(Math.max(...made.data) <= Math.max(...data) && Math.min(...made.data) >= Math.min(...data));
      }),
    );
  });
});

describe('a preview of decoded pixels', () => {
  it('is a WebP of at most 96 pixels and 3 KiB, in the proportions of the pixels, and no larger than they are', async () => {
    const preview = await previewOf(noise(300, 200));
    assert.deepEqual(await sizeOf(preview), { width: 96, height: 64, format: 'webp' });
    assert.ok(Buffer.from(preview ?? '', 'base64').length <= 3 * 1024);
    assert.deepEqual(await sizeOf(await previewOf(noise(10, 1000))), {
      width: 1,
      height: 96,
      format: 'webp',
    });
    assert.deepEqual(await sizeOf(await previewOf(noise(7, 5))), { width: 7, height: 5, format: 'webp' });
  });

  it('has the upright proportions of the picture again where the pixels were squashed', async () => {
    const bytes = readFileSync(new URL('../../examples/pictures/lighthouse.jpg', import.meta.url));
    const { autoOrient } = await sharp(bytes).metadata();
    const { width, height } = await sizeOf(await previewOf(noise(64, 64), bytes));
    assert.equal(Math.max(width, height), 96);
    assert.ok(Math.abs(width / height - autoOrient.width / autoOrient.height) < 0.02);
  });
});
