import type { Size } from './geometry.ts';
import type { Pixels } from './pixels.ts';

/** Where the block of each place begins, and where the last one ends; every block has one value at least. */
const starts = (from: number, to: number): readonly number[] =>
  Array.from({ length: to + 1 }, (_, at) => Math.floor((at * from) / to));

/**
 * Pixels in another size, each the mean of the block that it stands for; where there are too few, they are repeated. For
 * what is small, and only to be looked at: it spares a library's way to a thread and back.
 */
export const areaAverage = ({ data, width, height, channels }: Pixels, size: Size): Pixels => {
  const made = new Uint8Array(size.width * size.height * channels);
  const [columns, rows] = [starts(width, size.width), starts(height, size.height)];
  let at = 0;
  for (let y = 0; y < size.height; y++) {
    const top = rows[y] ?? 0;
    const bottom = Math.max(top + 1, rows[y + 1] ?? 0);
    for (let x = 0; x < size.width; x++) {
      const left = columns[x] ?? 0;
      const right = Math.max(left + 1, columns[x + 1] ?? 0);
      const count = (bottom - top) * (right - left);
      for (let channel = 0; channel < channels; channel++) {
        let sum = count >> 1;
        for (let row = top; row < bottom; row++) {
          const end = (row * width + right) * channels;
          for (let from = (row * width + left) * channels + channel; from < end; from += channels) {
            sum += data[from] ?? 0;
          }
        }
        made[at++] = sum / count;
      }
    }
  }
  return { data: made, ...size, channels };
};
