import { ImageTooLargeError, UnsupportedImageError } from '../platform/errors.ts';
import type { ImageFormat } from './format.ts';
import { type CropAxis, cropAxis, resizedSize, type Size } from './geometry.ts';
import type { Pick } from './halve.ts';
import { swapsSides, type Upright, upright, uprightPick } from './orientation.ts';
import type { PixelPlan } from './pixels.ts';

/** Largest picture decoded by default, in pixels: sharp's own limit, (2^14 − 1)², 0.8 GB as RGB. */
export const DEFAULT_MAX_PIXELS = 0x3fff * 0x3fff;

/** libvips' VIPS_MAX_COORD, beyond which it makes no image, however narrow. */
const MAX_SIDE = 100_000_000;

/** What the file's header says. */
export interface Header extends Size {
  readonly format: ImageFormat;
  /** EXIF orientation, 1 to 8, where there is one; `width` and `height` are as stored, before it. */
  readonly orientation?: number;
  /** The colour profile in the file: `srgb` where converting by it would change nothing. */
  readonly profile: 'none' | 'srgb' | 'other';
  /** `rgb16` is RGB of more than 8 bits per channel; what is `other` needs no care of its own. */
  readonly space: 'rgb16' | 'cmyk' | 'other';
  /** As stored, alpha included. */
  readonly channels: number;
}

/** A picture's way from stored pixels to the plan's: all numbers worked out, in the order of the steps. */
export interface DecodeSteps {
  /** How much damage is forgiven: `failOn` in libvips' words. */
  readonly failOn: 'error' | 'warning';
  /** `embedded`: by the file's profile; `keep`: there is none, or it changes nothing. */
  readonly colours: 'embedded' | 'keep';
  /** The wide-gamut intermediate of deep pictures has to be brought back to sRGB. */
  readonly fromWideGamut: boolean;
  /** In stored (not upright) pixels. */
  readonly resize: Size;
  readonly upright: Upright;
  /** Of the resized, upright picture. */
  readonly crop?: { readonly across: CropAxis; readonly down: CropAxis };
  /** The steps so far are at twice the size; this pixel of every two by two is wanted. */
  readonly halve?: Pick;
  /** Of the result. */
  readonly size: Size;
}

const sideways = ({ width, height }: Size): Size => ({ width: height, height: width });

const scaled = ({ width, height }: Size, factor: number): Size => ({
  width: width * factor,
  height: height * factor,
});

const scaledAxis = ({ offset, length, before, after }: CropAxis, factor: number): CropAxis => ({
  offset: offset * factor,
  length: length * factor,
  before: before * factor,
  after: after * factor,
});

const fits = (resized: Size, result: Size, maxPixels: number): boolean =>
  Math.max(resized.width, resized.height) <= MAX_SIDE && result.width * result.height <= maxPixels;

// Both sides: where only one grows, doubling the other would alias it, and libvips' half pixel stays.
const enlarges = (from: Size, to: Size, kernel: PixelPlan['kernel']): boolean =>
  kernel !== 'nearest' && to.width > from.width && to.height > from.height;

/**
 * Refuses a picture by its header, before a pixel is decoded.
 *
 * @throws ImageTooLargeError for more than `maxPixels`, with width × height; UnsupportedImageError for more channels
 *   than colours and one alpha (satellite and microscope pictures in TIFF).
 */
export const checkHeader = (header: Header, maxPixels: number): void => {
  const { width, height, channels, space, format } = header;
  if (width * height > maxPixels) {
    throw new ImageTooLargeError(
      `Expected at most ${maxPixels} pixels, received ${width}×${height} (${width * height})`,
    );
  }
  const maxChannels = space === 'cmyk' ? 5 : 4;
  if (channels > maxChannels) {
    throw new UnsupportedImageError(
      `Expected at most ${maxChannels} channels, received a ${format.toUpperCase()} of ${channels}`,
    );
  }
};

/**
 * Works out the steps from the header and the plan.
 *
 * `failOn`: libvips' default, `warning`, refuses ordinary JPEGs with a stray byte, and `error` still refuses every
 * truncated one. In TIFF `error` is too little: libvips then paints a damaged tile, or one in a compression it has
 * no code for, black, and says nothing (8.18.7).
 *
 * @throws ImageTooLargeError where the resize would make more than `maxPixels` of it.
 */
export const decodeSteps = (header: Header, plan: PixelPlan, maxPixels: number): DecodeSteps => {
  const turn = upright(header.orientation);
  const source = swapsSides(turn) ? sideways(header) : header;
  const resized = resizedSize(source, plan.resize);
  const { width, height } = plan.crop ?? resized;
  const size = { width, height };
  if (!fits(resized, size, maxPixels)) {
    throw new ImageTooLargeError(
      `Expected at most ${maxPixels} pixels after the resize, received ${resized.width}×${resized.height}`,
    );
  }
  const doubled =
    enlarges(source, resized, plan.kernel) && fits(scaled(resized, 2), scaled(size, 2), maxPixels);
  const factor = doubled ? 2 : 1;
  const converts = header.profile === 'other';
  return {
    failOn: header.format === 'tiff' ? 'warning' : 'error',
    colours: converts ? 'embedded' : 'keep',
    fromWideGamut: converts && header.space === 'rgb16',
    resize: scaled(swapsSides(turn) ? sideways(resized) : resized, factor),
    upright: turn,
    ...(plan.crop === undefined
      ? {}
      : {
          crop: {
            across: scaledAxis(cropAxis(resized.width, width), factor),
            down: scaledAxis(cropAxis(resized.height, height), factor),
          },
        }),
    ...(doubled ? { halve: uprightPick(turn) } : {}),
    size,
  };
};
