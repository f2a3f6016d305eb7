import type { Sharp } from 'sharp';
import { checkHeader, DEFAULT_MAX_PIXELS, type DecodeSteps, decodeSteps } from '../decode.ts';
import { decodeFailure } from '../decode-failure.ts';
import { halve } from '../halve.ts';
import { lumaOf } from '../luma.ts';
import type { PixelPlan, Pixels } from '../pixels.ts';
import { framed } from './sharp-frame.ts';
import { readHeader, recognise, sharp } from './sharp-header.ts';

const WHITE = '#ffffff';
const BLACK = '#000000';

/** Bounds of one decode. */
export interface DecodeLimits {
  /** Largest picture, in pixels, as stored and as resized; default 268,402,689. */
  readonly maxPixels?: number;
  /** Checked between steps: a decode under way is not interrupted. */
  readonly signal?: AbortSignal;
}

// sharp works in its own order: colours, flatten, resize, flip and flop, turn, crop, extend; but it turns first where
// rotate is called before resize. Its auto-orient is not used: together with a crop it turns the whole picture first,
// in memory, and gives up decoding at reduced size (162 instead of 36 ms for a 12-megapixel photo on its side).
const pipelineOf = (
  bytes: Uint8Array,
  steps: DecodeSteps,
  kernel: PixelPlan['kernel'],
  maxPixels: number,
): Sharp => {
  const { flip, flop, turn } = steps.upright;
  const upright = sharp(bytes, {
    failOn: steps.failOn,
    limitInputPixels: maxPixels,
    ignoreIcc: steps.colours === 'keep',
  })
    .flatten({ background: WHITE })
    .resize({ ...steps.resize, fit: 'fill', kernel })
    .flip(flip)
    .flop(flop)
    .rotate(turn);
  // sharp converts deep RGB to Display P3 and leaves it there (0.35.5).
  const coloured = steps.fromWideGamut ? upright.withIccProfile('srgb') : upright;
  return steps.crop === undefined ? coloured : framed(coloured, steps.crop, BLACK);
};

// The size is ours: after a crop and padding together, sharp reports the one before the padding (0.35.5).
const exactly = (rgb: Uint8Array, { size, halve: pick }: DecodeSteps): Uint8Array => {
  const expected = size.width * size.height * 3 * (pick === undefined ? 1 : 4);
  if (rgb.length !== expected) throw new Error(`expected ${expected} bytes of RGB, received ${rgb.length}`);
  return pick === undefined ? rgb : halve(rgb, size, pick);
};

/**
 * Decodes a picture to what the plan asks for: first frame only, auto-oriented, colours converted to sRGB by the
 * embedded profile, alpha flattened on white, 8 bits, exactly `plan.channels` channels (grey is BT.601 luma).
 *
 * @throws UnsupportedImageError for anything but JPEG, PNG, WebP, GIF, AVIF and TIFF, by content, and for variants
 *   of those the decoder has no code for; ImageDecodeError for a corrupt or truncated picture; ImageTooLargeError
 *   for more than `maxPixels`, before a pixel is decoded; the reason of `signal` once that is aborted.
 */
export const decodePixels = async (
  bytes: Uint8Array,
  plan: PixelPlan,
  { maxPixels = DEFAULT_MAX_PIXELS, signal }: DecodeLimits = {},
): Promise<Pixels> => {
  signal?.throwIfAborted();
  const format = await recognise(bytes);
  try {
    const header = await readHeader(bytes, format);
    checkHeader(header, maxPixels);
    signal?.throwIfAborted();
    const steps = decodeSteps(header, plan, maxPixels);
    const rgb = exactly(await pipelineOf(bytes, steps, plan.kernel, maxPixels).raw().toBuffer(), steps);
    signal?.throwIfAborted();
    return { data: plan.channels === 1 ? lumaOf(rgb) : rgb, ...steps.size, channels: plan.channels };
  } catch (cause) {
    signal?.throwIfAborted();
    throw decodeFailure(cause, format);
  }
};
