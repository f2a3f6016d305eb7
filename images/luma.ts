/**
 * Grey by ITU-R BT.601 luma of the encoded values, in the integer arithmetic of Pillow's `convert('L')`, which the
 * models that take grey pictures were trained on. Grey input keeps its values exactly. (libvips' own grey is the
 * luminance of linear light, which differs by up to 50 levels.)
 *
 * @param rgb interleaved, 3 bytes per pixel.
 */
export const lumaOf = (rgb: Uint8Array): Uint8Array => {
  const grey = new Uint8Array(rgb.length / 3);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel += 1, at += 3) {
    // The weights are 0.299, 0.587 and 0.114 in 16 bits; they add up to 65,536.
    grey[pixel] =
      ((rgb[at] ?? 0) * 19_595 + (rgb[at + 1] ?? 0) * 38_470 + (rgb[at + 2] ?? 0) * 7_471 + 0x8000) >> 16;
  }
  return grey;
};
