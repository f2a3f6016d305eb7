import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import pMap from 'p-map';
import { decodePixels } from '../../images/adapters/sharp.ts';
import { sharp } from '../../images/adapters/sharp-header.ts';
import { createAdmission, decodeMemory } from '../../images/admission.ts';
import type { PixelPlan } from '../../images/pixels.ts';
import { progressiveJpeg } from './pictures/progressive-jpeg.ts';
import { type TiffLayout, tiff } from './pictures/tiff.ts';

const plan: PixelPlan = {
  resize: { shortestEdge: 256 },
  crop: { width: 224, height: 224 },
  filter: 'bilinear',
  channels: 3,
};

/** As on a function of 1,769 MB. */
const limits = () => ({ admission: createAdmission(decodeMemory(1769)) });

const side = (length: number, background = '#204060') =>
  sharp({ create: { width: length, height: length, channels: 3, background }, limitInputPixels: false });

describe('a picture that means harm', () => {
  it('a progressive JPEG of thousands of scans is refused before it is decoded', async () => {
    await assert.rejects(decodePixels(progressiveJpeg(4096, 2646), plan, limits()), {
      name: 'ImageTooLargeError',
      message: /MAX_DECODE_WORK.*2647 scans of 4096×4096/,
    });
  });

  it('an ordinary progressive JPEG is not', async () => {
    const bytes = await side(2048).jpeg({ progressive: true }).toBuffer();
    assert.equal((await decodePixels(bytes, plan, limits())).width, 224);
  });

  it('a GIF of 43 bytes whose frame takes more than a gigabyte is refused', async () => {
    const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
    for (const at of [6, 8, 24, 26]) if (gif[at] === 1) gif.writeUInt16LE(16_383, at);
    await assert.rejects(decodePixels(gif, plan, limits()), {
      name: 'ImageTooLargeError',
      message: /MiB to decode/,
    });
  });

  it('an interlaced PNG of 12,000 by 12,000 is refused, and one that is not interlaced is decoded', async () => {
    const interlaced = await side(12_000).png({ progressive: true }).toBuffer();
    await assert.rejects(decodePixels(interlaced, plan, { admission: createAdmission(decodeMemory(512)) }), {
      name: 'ImageTooLargeError',
    });
    const plain = await side(12_000).png().toBuffer();
    assert.equal(
      (await decodePixels(plain, plan, { admission: createAdmission(decodeMemory(512)) })).width,
      224,
    );
  });

  it('a PNG of a million columns and 48 rows is refused: rows are kept, however few there are', async () => {
    const wide = await sharp({
      create: { width: 1_000_000, height: 48, channels: 4, background: '#20406080' },
    })
      .png()
      .toBuffer();
    await assert.rejects(decodePixels(wide, plan, limits()), {
      name: 'ImageTooLargeError',
      message: /at most 885 MiB to decode .* received one that takes \d{4} MiB/,
    });
  });

  it('a PNG of one column and 19,500 rows costs no more than the crop', async () => {
    const column = await sharp({ create: { width: 1, height: 19_500, channels: 3, background: '#fff' } })
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const { data } = await decodePixels(column, plan, { admission: createAdmission(decodeMemory(128)) });
    assert.equal(data.length, 224 * 224 * 3);
  });

  it('fails for a reason of its own, however many fail beside it', async () => {
    const jpeg = await side(400).jpeg().toBuffer();
    const png = await side(400, '#ff0000').png().toBuffer();
    const broken = [jpeg.subarray(0, jpeg.length / 2), png.subarray(0, png.length / 2)];
    const admission = createAdmission(decodeMemory(1769));
    const failures = await pMap(
      Array.from({ length: 120 }, (_, at) => broken[at % 2] ?? jpeg),
      (bytes) =>
        decodePixels(bytes, plan, { admission }).catch((error: Error) => `${error.name}: ${error.message}`),
      { concurrency: 16 },
    );
    assert.deepEqual(new Set(failures.filter((_, at) => at % 2 === 0)).size, 1);
    assert.deepEqual(new Set(failures.filter((_, at) => at % 2 === 1)).size, 1);
    assert.ok(
      failures.every((failure) => typeof failure === 'string' && failure.startsWith('ImageDecodeError')),
    );
    assert.doesNotMatch(String(failures[0]), /png/i);
  });
});

describe('a sound TIFF in a variant that the decoder has no code for', () => {
  const layout: TiffLayout = { bits: 8, photometric: 2, samples: 3, planar: false, tiled: false };
  const variants: readonly (readonly [Partial<TiffLayout>, string])[] = [
    [{ planar: true, tiled: true }, 'planar tiles'],
    [{ bits: 12 }, '12 bits per sample'],
    [{ bits: 12, photometric: 1, samples: 1 }, '12 bits per sample'],
    [{ photometric: 8 }, 'CIE L*a*b* colours'],
    [{ photometric: 9 }, 'ICC L*a*b* colours'],
    [{ photometric: 32_803, bits: 16, samples: 1 }, 'a colour filter array (raw of a camera)'],
  ];
  for (const [changes, name] of variants) {
    it(`is unsupported, and its variant is told: ${name}`, async () => {
      await assert.rejects(decodePixels(tiff({ ...layout, ...changes }), plan, limits()), (error: Error) => {
        assert.equal(error.name, 'UnsupportedImageError');
        assert.ok(error.message.includes(`received one with ${name}:`), error.message);
        return true;
      });
    });
  }

  it('is decoded where it has, and corrupt where it is cut off', async () => {
    for (const changes of [{}, { planar: true }, { tiled: true }, { photometric: 8, bits: 16 }]) {
      assert.equal((await decodePixels(tiff({ ...layout, ...changes }), plan, limits())).width, 224);
    }
    const cut = tiff({ ...layout, tiled: true });
    // the tile is said to lie outside the file
    const at = Buffer.from(cut).indexOf(Buffer.from([0x44, 0x01, 4, 0]));
    cut.fill(0x7f, at + 8, at + 12);
    await assert.rejects(decodePixels(cut, plan, limits()), { name: 'ImageDecodeError' });
  });
});
