import { ImageTooLargeError, UnsupportedImageError } from '../platform/index.ts';
import type { ImageFormat } from './format.ts';
import { type CropAxis, cropAxis, resizedSize, type Size } from './geometry.ts';
import { swapsSides, type Upright, upright } from './orientation.ts';
import type { PixelPlan } from './pixels.ts';
import type { Resampling } from './resample/resample.ts';

/** Largest picture decoded by default, in pixels: sharp's own limit, (2^14 − 1)², 0.8 GB as RGB. */
export const DEFAULT_MAX_PIXELS = 0x3fff * 0x3fff;

/** libvips' VIPS_MAX_COORD, beyond which it makes no image, however narrow. */
const MAX_SIDE = 100_000_000;

/** Largest picture that `auto` decodes in full: 50 MB as RGB, and a few are decoded at once. */
const MAX_EXACT_PIXELS = 2 ** 24;

/** Longest side of those: what a table of weights may cost grows with it. JPEG and WebP have none longer. */
const MAX_EXACT_SIDE = 65_535;

/** How many times the target a picture is at least that the decoder has reduced. */
const REDUCED_TO = 2;

/** What the file's header says. */
export interface Header extends Size {
  readonly format: ImageFormat;
  /** EXIF orientation, 1 to 8, where there is one; `width` and `height` are as stored, before it. */
  readonly orientation?: number;
  /** The colour profile in the file: `srgb` where converting by it would change nothing. */
  readonly profile: 'none' | 'srgb' | 'other';
  /** `rgb16` is RGB of more than 8 bits per channel, `grey` is of 8; what is `other` needs no care of its own. */
  readonly space: 'rgb16' | 'cmyk' | 'grey' | 'other';
  /** As stored, alpha included. */
  readonly channels: number;
  readonly hasAlpha: boolean;
  /** Progressive JPEG, interlaced PNG: the decoder holds the whole picture. */
  readonly isProgressive: boolean;
  readonly bitsPerSample: number;
}

/** A picture's way from stored pixels to the plan's: all numbers worked out, in the order of the steps. */
export interface DecodeSteps {
  /** How much damage is forgiven: `failOn` in libvips' words. */
  readonly failOn: 'error' | 'warning';
  /** `srgb`: converted by the file's profile; the others as stored: `cmyk` has four channels, `grey` one. */
  readonly colours: 'srgb' | 'rgb' | 'cmyk' | 'grey';
  /** The wide-gamut intermediate of deep pictures has to be brought back to sRGB. */
  readonly fromWideGamut: boolean;
  /** What becomes of transparency. */
  readonly alpha: 'none' | 'white' | 'drop';
  /** In stored (not upright) pixels: what the decoder may reduce the picture to. */
  readonly reduce?: Size;
  readonly upright: Upright;
  /** Of the decoded, upright picture. */
  readonly resampling: Resampling;
}

const sideways = ({ width, height }: Size): Size => ({ width: height, height: width });

const whole = (length: number): CropAxis => ({ offset: 0, length, before: 0, after: 0 });

/**
 * A side halved as often as it stays at twice the target or more, rounded up as a JPEG's is; but not once only, since
 * decoding at half size takes as long as decoding in full.
 */
const reducedSide = (side: number, target: number): number => {
  const halvings = Math.floor(Math.log2(side / (REDUCED_TO * target)));
  return halvings < 2 ? side : Math.ceil(side / 2 ** halvings);
};

const reduces = ({ width, height }: Size, preprocess: PixelPlan['preprocess']): boolean => {
  if (preprocess === 'exact') return false;
  const isLarge = width * height > MAX_EXACT_PIXELS || Math.max(width, height) > MAX_EXACT_SIDE;
  return preprocess === 'fast' || isLarge;
};

const coloursOf = ({ space, profile }: Header, icc: PixelPlan['icc']): DecodeSteps['colours'] => {
  if (icc === 'convert' && (profile === 'other' || space === 'cmyk')) return 'srgb';
  return space === 'cmyk' || space === 'grey' ? space : 'rgb';
};

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
      `Expected at most ${maxPixels} pixels (MAX_PIXELS), received ${width}×${height} (${width * height})`,
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
 * @throws ImageTooLargeError where the result would have more than `maxPixels`, or the resize a side that no image has.
 */
export const decodeSteps = (header: Header, plan: PixelPlan, maxPixels: number): DecodeSteps => {
  const { rounding = 'transformers', crop, exif = true, alpha = 'white' } = plan;
  const turn = upright(exif ? header.orientation : undefined);
  const stored = (size: Size): Size => (swapsSides(turn) ? sideways(size) : size);
  const source = stored(header);
  const to = resizedSize(source, plan.resize, rounding);
  const size = crop ?? to;
  if (Math.max(to.width, to.height) > MAX_SIDE || size.width * size.height > maxPixels) {
    throw new ImageTooLargeError(
      `Expected at most ${maxPixels} pixels after the resize, received ${to.width}×${to.height}`,
    );
  }
  const colours = coloursOf(header, plan.icc);
  const reduced = {
    width: reducedSide(source.width, to.width),
    height: reducedSide(source.height, to.height),
  };
  return {
    failOn: header.format === 'tiff' ? 'warning' : 'error',
    colours,
    fromWideGamut: colours === 'srgb' && header.space === 'rgb16',
    alpha: header.hasAlpha ? alpha : 'none',
    ...(reduces(header, plan.preprocess) ? { reduce: stored(reduced) } : {}),
    upright: turn,
    resampling: {
      to,
      filter: plan.filter,
      across: crop ? cropAxis(to.width, crop.width, rounding) : whole(to.width),
      down: crop ? cropAxis(to.height, crop.height, rounding) : whole(to.height),
    },
  };
};
