import type { Size } from './geometry.ts';

/** Which pixel of each two by two stays: 0 for the first, 1 for the second, along each axis. */
export interface Pick {
  readonly x: 0 | 1;
  readonly y: 0 | 1;
}

/**
 * Keeps one pixel of every two by two.
 *
 * libvips enlarges half a target pixel off: it takes target pixel i from source position i · s − ½, where everybody
 * else (Pillow, torchvision, OpenCV) takes it from (i + ½) · s − ½, s being the source pixels per target pixel. In a
 * picture enlarged to twice the size, the odd pixels are exactly those: (2i + 1) · s/2 − ½.
 *
 * @param rgb interleaved, 3 bytes per pixel, twice as wide and high as `size`.
 */
export const halve = (rgb: Uint8Array, { width, height }: Size, pick: Pick): Uint8Array => {
  const half = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y += 1) {
    let from = ((2 * y + pick.y) * 2 * width + pick.x) * 3;
    for (let x = 0; x < width; x += 1, to += 3, from += 6) {
      half[to] = rgb[from] ?? 0;
      half[to + 1] = rgb[from + 1] ?? 0;
      half[to + 2] = rgb[from + 2] ?? 0;
    }
  }
  return half;
};
