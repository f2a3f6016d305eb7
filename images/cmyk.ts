/** a · b / 255, rounded, in integers. */
const product = (a: number, b: number): number => {
  const both = a * b + 128;
  return ((both >> 8) + both) >> 8;
};

/**
 * Ink to light without a profile: 255 − k, less its share that the other ink takes, in the integer arithmetic of Pillow's
 * `convert('RGB')`. (What a printer's profile makes of the same inks is paler.)
 *
 * @param cmyk interleaved, 4 bytes per pixel, 255 being all ink.
 */
export const rgbOfCmyk = (cmyk: Uint8Array): Uint8Array => {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let at = 0, to = 0; at < cmyk.length; at += 4, to += 3) {
    const light = 255 - (cmyk[at + 3] ?? 0);
    rgb[to] = light - product(cmyk[at] ?? 0, light);
    rgb[to + 1] = light - product(cmyk[at + 1] ?? 0, light);
    rgb[to + 2] = light - product(cmyk[at + 2] ?? 0, light);
  }
  return rgb;
};
