import { sharp } from '../../../images/sharp.ts';

const side = 48;

/** Colours that change from pixel to pixel, so that every part of a file says something. */
const raw = (channels: 1 | 3 | 4) => {
  const data = Buffer.from(
    Array.from({ length: side * side * channels }, (_, at) => (at * 7 + (at >> 5) * 13) & 0xff),
  );
  return sharp(data, { raw: { width: side, height: side, channels } });
};

const exif = { IFD0: { Copyright: 'nobody', Orientation: '6' } };

const animation = () =>
  sharp(Buffer.alloc(side * side * 3 * 4, 0x55), {
    raw: { width: side, height: side * 4, channels: 3, pageHeight: side },
  });

/** Small pictures of every format and of its kinds, as seeds. Made here: none is in the repository. */
export const pictureSeeds = async (): Promise<readonly Uint8Array[]> =>
  Promise.all(
    [
      raw(3).withExif(exif).jpeg(),
      raw(3).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
      raw(1).jpeg(),
      raw(3).toColourspace('cmyk').jpeg(),
      raw(4).png(),
      raw(3).png({ progressive: true }),
      raw(3).png({ palette: true }),
      raw(3).toColourspace('rgb16').withIccProfile('p3').png(),
      raw(4).webp(),
      raw(3).webp({ lossless: true }),
      animation().webp(),
      raw(3).gif(),
      animation().gif(),
      raw(3).avif({ effort: 0 }),
      raw(4).avif({ effort: 0, lossless: true }),
      raw(3).tiff({ compression: 'none' }),
      raw(3).tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16, pyramid: true }),
      raw(3).tiff({ compression: 'jpeg' }),
      raw(1).tiff({ compression: 'deflate', predictor: 'horizontal' }),
      raw(1).threshold().toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 }),
    ].map((pipeline) => pipeline.toBuffer()),
  );
