import sharp, { type Sharp } from 'sharp';

/** A picture no mirroring or turning leaves as it is: every corner has its own colour, every pixel its own value. */
export const gradient = (width: number, height: number): Sharp => {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const red = (255 * x) / Math.max(1, width - 1);
      const green = (255 * y) / Math.max(1, height - 1);
      data.set([red, green, x < width / 3 && y < height / 3 ? 255 : 40], (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
};

export const flat = (width: number, height: number, colour: readonly [number, number, number]): Sharp => {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at += 3) data.set(colour, at);
  return sharp(data, { raw: { width, height, channels: 3 } });
};

/** Mean absolute difference per value, in levels; pictures of different length are as far apart as can be. */
export const difference = (a: Uint8Array, b: Uint8Array): number => {
  if (a.length !== b.length) return 255;
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
};

/** The first pixel. */
export const firstPixel = ({ data, channels }: { data: Uint8Array; channels: number }): number[] => [
  ...data.subarray(0, channels),
];
