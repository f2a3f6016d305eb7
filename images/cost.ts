import { ImageTooLargeError } from '../platform/index.ts';
import type { Header } from './decode.ts';
import type { Size } from './geometry.ts';

/** What a decode takes, worked out from the header before a pixel is decoded. */
export interface DecodeCost {
  /** Memory, in bytes, at its peak. */
  readonly bytes: number;
  /** Work, in pixels that one scan of a JPEG goes over: some 3 thousand million of them are a second. */
  readonly work: number;
}

/** Memory every decode takes, however small the picture: the decoder's tables, and libvips' buffers of a narrow one. */
const BASE_BYTES = 16 * 2 ** 20;

/**
 * Bytes of libvips' buffers by a picture's width and channels: each step keeps strips of rows, as floating point where
 * there is transparency. Measured: 727 to 817 for two thumbnails of one of 250,000 and 1,000,000 by 48, half of that for
 * one, 95 to 500 for pixels. Nothing of it depends on the height.
 */
const ROWS_BYTES = 900;

/**
 * Bytes per pixel that a decoder holds beside what it gives out, measured as the growth of a process (libvips 8.18,
 * 6,000 by 6,000 pixels). Nothing where rows are decoded as they are asked for: baseline JPEG, plain PNG.
 */
const heldPerPixel = ({ format, isProgressive, channels, bitsPerSample }: Header): number => {
  const stored = channels * Math.ceil(bitsPerSample / 8);
  switch (format) {
    case 'jpeg':
      // the coefficients of all components, 16 bits each (libjpeg-turbo, jdcoefct.c)
      return isProgressive ? 2.2 * channels : 0;
    case 'png':
      return isProgressive ? stored : 0;
    case 'webp':
      return 6;
    case 'gif':
      return 5;
    case 'avif':
      return bitsPerSample > 8 ? 24 : 16;
    case 'tiff':
      return stored;
    default:
      return format satisfies never;
  }
};

/** How many pixels of a JPEG's scan take as long as one of these. */
const workPerPixel: Readonly<Record<Exclude<Header['format'], 'jpeg'>, number>> = {
  png: 10,
  gif: 10,
  tiff: 10,
  webp: 20,
  avif: 50,
};

const pixelsOf = ({ width, height }: Size): number => width * height;

/**
 * What decoding a picture takes.
 *
 * @param made what the decoder gives out: the whole picture, or a reduced one
 * @param scans component scans of a JPEG (`componentScans`)
 */
export const costOf = (header: Header, made: Size, scans: number): DecodeCost => ({
  bytes:
    BASE_BYTES +
    header.width * header.channels * ROWS_BYTES +
    pixelsOf(header) * heldPerPixel(header) +
    pixelsOf(made) * Math.max(3, header.channels),
  work: pixelsOf(header) * (header.format === 'jpeg' ? scans : workPerPixel[header.format]),
});

/** `MAX_DECODE_WORK` by default: 3 to 10 seconds of one vCPU, and twice what the largest ordinary picture takes. */
export const DEFAULT_MAX_DECODE_WORK = 1e10;

/**
 * Refuses a picture that would take too long to decode: a decode under way cannot be ended.
 *
 * @throws ImageTooLargeError
 */
export const checkWork = ({ work }: DecodeCost, header: Header, scans: number, maxWork: number): void => {
  if (work <= maxWork) return;
  const { width, height, format } = header;
  const what = format === 'jpeg' ? `${scans} scans of ${width}×${height}` : `${width}×${height}`;
  throw new ImageTooLargeError(
    `Expected a picture that takes at most ${maxWork} units of work to decode (MAX_DECODE_WORK), received a ` +
      `${format.toUpperCase()} of ${what} pixels that takes ${work}`,
  );
};
