import type { Pixels } from '../../../images/pixels.ts';

/** A picture by a formula: byte i of picture s is the top byte of a 32-bit mix of both, as in `pillow-digests.py`. */
export const syntheticPicture = (width: number, height: number, channels: 1 | 3, seed: number): Pixels => {
  const data = Uint8Array.from({ length: width * height * channels }, (_, index) => {
    const value = Math.imul(index, 2654435761) + Math.imul(seed, 2246822519);
    return Math.imul(value ^ (value >>> 15), 2246822519) >>> 24;
  });
  return { data, width, height, channels };
};

/** An axis without a crop. */
export const whole = (length: number) => ({ offset: 0, length, before: 0, after: 0 });
