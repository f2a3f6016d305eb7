import sharp, { type Sharp } from 'sharp';
import type { Scene, Storage } from './scene.ts';
import { svg } from './svg.ts';
import { grain, textures } from './textures.ts';

/** Share of the full error diffusion: enough to hide the steps in these gradients, with less noise to store. */
const DITHER = 0.6;

const page = ({ width, height, drawing, grain: strength }: Scene): string => svg`
  <svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    <defs>${textures}${grain(strength)}</defs>
    ${strength > 0 ? svg`<g filter="url(#grain)">${drawing}</g>` : drawing}
  </svg>`;

const store = (pixels: Sharp, storage: Storage): Sharp => {
  switch (storage.format) {
    case 'jpeg': {
      const { quality, progressive = false } = storage;
      const stored = storage.grey ? pixels.flatten().toColourspace('b-w') : pixels.flatten();
      // EXIF 6 asks the viewer for a quarter turn clockwise, so the pixels are stored a quarter turn the other way.
      // `withMetadata` adds an sRGB profile as well, as a camera would.
      const turned = storage.orientation
        ? stored.rotate(270).withMetadata({ orientation: storage.orientation })
        : stored;
      return turned.jpeg({ quality, progressive });
    }
    case 'png': {
      const { palette } = storage;
      const stored = storage.alpha ? pixels : pixels.flatten();
      // sharp takes any `effort` as a wish for a palette, so truecolour must go without.
      return palette
        ? stored.png({ compressionLevel: 9, palette: true, colours: palette, dither: DITHER, effort: 10 })
        : stored.png({ compressionLevel: 9 });
    }
    case 'webp':
      return pixels.flatten().webp({ quality: storage.quality, effort: 6 });
    case 'avif':
      return pixels.flatten().avif({ quality: storage.quality, effort: 3 });
    default:
      return storage satisfies never;
  }
};

/** The bytes of the scene's picture, in its format. The same pixels each time; other versions of sharp may store them otherwise. */
export const drawScene = (scene: Scene): Promise<Buffer> =>
  store(sharp(Buffer.from(page(scene))), scene.storage).toBuffer();
