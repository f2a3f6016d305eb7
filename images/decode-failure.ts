import { DrosteError, ImageDecodeError, messageOf, UnsupportedImageError } from '../platform/index.ts';
import type { ImageFormat } from './format.ts';
import { tiffVariant } from './tiff-variant.ts';

/**
 * libvips tells a sound file in a variant it has no code for from a damaged one by its words only. All of them
 * are here.
 */
const unsupported: readonly RegExp[] = [
  /compression support is not configured/, // libtiff: old-style JPEG, LZMA, LERC, Zstandard
  /(strip|tile|scanline) decoding is not implemented/, // libtiff: compressions it has never heard of
  /requested compression method is not configured/,
];

/** One line of what libvips said; it repeats itself per tile, and sometimes says nothing. */
const firstLine = (error: unknown): string => {
  const message = messageOf(error);
  const [line = ''] = message.split('\n');
  return line.trim() === '' ? 'the decoder gave no reason' : line.trim();
};

/**
 * The typed error for a picture of a known format whose decoding failed: UnsupportedImageError for a variant the
 * decoder does not have, by its words or by the header, ImageDecodeError for everything else (corrupt, truncated). Ours pass through.
 */
export const decodeFailure = (cause: unknown, format: ImageFormat, bytes: Uint8Array): DrosteError => {
  if (cause instanceof DrosteError) return cause;
  const said = firstLine(cause);
  const name = format.toUpperCase();
  if (cause instanceof Error && unsupported.some((pattern) => pattern.test(cause.message))) {
    return new UnsupportedImageError(`Expected a common ${name} variant, received another: ${said}`, {
      cause,
    });
  }
  const variant = format === 'tiff' ? tiffVariant(bytes) : undefined;
  if (variant !== undefined) {
    return new UnsupportedImageError(
      `Expected a common ${name} variant, received one with ${variant}: ${said}`,
      {
        cause,
      },
    );
  }
  return new ImageDecodeError(`Expected a sound ${name}, received a corrupt or truncated one: ${said}`, {
    cause,
  });
};
