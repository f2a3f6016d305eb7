import { areaAverage } from '../area-average.ts';
import type { Size } from '../geometry.ts';
import type { Pixels } from '../pixels.ts';
import { sharp } from './sharp-header.ts';

/** The longer side of a preview, in pixels. */
const SIDE = 96;

/** Bytes of a preview at most: 1,000 of them are 4 MB of base64. */
const MOST_BYTES = 3 * 1024;

/** Worse until it is small enough; a picture that is not at the last of them has none. */
const qualities = [50, 25, 10];

const fitting = ({ width, height }: Size): Size => {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
};

/**
 * A small WebP of pixels that are decoded already, as base64; undefined where none of 3 KiB can be made. Takes about 1.8 ms of
 * processor time for 224 × 224 pixels (2.2 ms where sharp resizes too; 130 photos in a new process, five runs).
 *
 * @param squashed the picture's bytes, where the pixels have not its proportions: the preview has them again
 */
export const previewOf = async (pixels: Pixels, squashed?: Uint8Array): Promise<string | undefined> => {
  const shape = squashed
    ? (await sharp(squashed, { limitInputPixels: false }).metadata()).autoOrient
    : undefined;
  const { data, ...raw } = areaAverage(pixels, fitting(shape ?? pixels));
  for (const quality of qualities) {
    const webp = await sharp(data, { raw }).webp({ quality, effort: 0 }).toBuffer();
    if (webp.length <= MOST_BYTES) return webp.toString('base64');
  }
  return undefined;
};
