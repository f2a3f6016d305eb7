import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
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
