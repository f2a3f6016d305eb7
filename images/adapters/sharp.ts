import type { Sharp } from 'sharp';
import { rgbOfCmyk } from '../cmyk.ts';
import { type DecodeSteps, decodeSteps } from '../decode.ts';
import { freeBytes } from '../free-bytes.ts';
import { type DecodeLimits, limitsOf } from '../limits.ts';
import { lumaOf } from '../luma.ts';
import type { PixelPlan, Pixels } from '../pixels.ts';
import { resample } from '../resample/resample.ts';
import { sharp } from './sharp-header.ts';
import { withinLimits } from './within-limits.ts';

const WHITE = '#ffffff';

const inColours = (pipeline: Sharp, { colours, fromWideGamut }: DecodeSteps): Sharp => {
  switch (colours) {
    case 'grey':
      return pipeline.toColourspace('b-w');
    case 'cmyk':
      return pipeline.pipelineColourspace('cmyk').toColourspace('cmyk');
    case 'srgb':
      // sharp converts deep RGB to Display P3 and leaves it there (0.35.5)
      return fromWideGamut ? pipeline.withIccProfile('srgb') : pipeline;
    case 'rgb':
      return pipeline;
    default:
      return colours satisfies never;
  }
};

const withoutAlpha = (pipeline: Sharp, alpha: DecodeSteps['alpha']): Sharp => {
  switch (alpha) {
    case 'none':
      return pipeline;
    case 'white':
      return pipeline.flatten({ background: WHITE });
    case 'drop':
      return pipeline.removeAlpha();
    default:
      return alpha satisfies never;
  }
};

// sharp works in its own order: colours, flatten, resize, flip and flop, turn. Its auto-orient is not used: it knows no
// way to leave a picture as it lies.
const pipelineOf = (bytes: Uint8Array, steps: DecodeSteps, maxPixels: number): Sharp => {
  const { flip, flop, turn } = steps.upright;
  const opened = sharp(bytes, {
    failOn: steps.failOn,
    limitInputPixels: maxPixels,
    ignoreIcc: steps.colours !== 'srgb',
  });
  const opaque = withoutAlpha(inColours(opened, steps), steps.alpha);
  const reduced = steps.reduce === undefined ? opaque : opaque.resize({ ...steps.reduce, fit: 'fill' });
  return turn === 0 && !flip && !flop ? reduced : reduced.flip(flip).flop(flop).rotate(turn);
};

/** The decoded picture, upright, in what channels it has, or in the one that is wanted. */
const decoded = async (
  bytes: Uint8Array,
  steps: DecodeSteps,
  wanted: Pixels['channels'],
  maxPixels: number,
): Promise<Pixels> => {
  const { data, info } = await pipelineOf(bytes, steps, maxPixels)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const channels = data.length / (width * height);
  if (channels === 1) return { data, width, height, channels };
  const rgb = channels === 4 ? rgbOfCmyk(data) : data;
  if (rgb.length !== width * height * 3) {
    throw new Error(`expected 1, 3 or 4 channels, received ${data.length} bytes for ${width}×${height}`);
  }
  return wanted === 1
    ? { data: lumaOf(rgb), width, height, channels: 1 }
    : { data: rgb, width, height, channels: 3 };
};

const tripled = ({ data, width, height }: Pixels): Pixels => {
  const rgb = new Uint8Array(data.length * 3);
  for (let at = 0, to = 0; at < data.length; at += 1, to += 3) rgb.fill(data[at] ?? 0, to, to + 3);
  return { data: rgb, width, height, channels: 3 };
};

/**
 * Decodes a picture to what the plan asks for, byte for byte what Pillow makes of it: first frame only, turned by EXIF,
 * colours as stored, resized, cropped. Not as Pillow has it, on purpose: transparency is put on white (`alpha`), 16 bits
 * are scaled to 8 where Pillow clips grey ones, and where the plan says so the profile is converted (`icc`) and large
 * pictures are reduced by the decoder (`preprocess`).
 *
 * @throws UnsupportedImageError for anything but JPEG, PNG, WebP, GIF, AVIF and TIFF, by content, and for variants
 *   of those the decoder has no code for; ImageDecodeError for a corrupt or truncated picture; ImageTooLargeError
 *   for one beyond the limits, before a pixel is decoded; the reason of `signal` once that is aborted.
 */
export const decodePixels = (
  bytes: Uint8Array,
  plan: PixelPlan,
  limits: DecodeLimits = {},
): Promise<Pixels> => {
  const { maxPixels, signal } = limitsOf(limits);
  return withinLimits(bytes, limits, (header) => {
    const steps = decodeSteps(header, plan, maxPixels);
    return {
      made: steps.reduce ?? header,
      beside: 3 * steps.resampling.across.length * steps.resampling.down.length,
      decode: async () => {
        signal?.throwIfAborted();
        const picture = await decoded(bytes, steps, plan.channels, maxPixels);
        signal?.throwIfAborted();
        const resized = resample(picture, steps.resampling);
        freeBytes(picture.data);
        return resized.channels < plan.channels ? tripled(resized) : resized;
      },
    };
  });
};
