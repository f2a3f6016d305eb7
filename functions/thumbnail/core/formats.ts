import type { Encoding, Rendering } from '../../../images/index.ts';

/** What a thumbnail can be. */
export const formats = [
  'jpeg',
  'webp',
  'avif',
  'png',
  'raw',
] as const satisfies readonly Encoding['format'][];

export type ThumbnailFormat = (typeof formats)[number];

/** Endings of names, and types of content, by format. `raw` is no media type anybody knows. */
export const files: Readonly<
  Record<ThumbnailFormat, { readonly ending: string; readonly mediaType: string }>
> = {
  jpeg: { ending: 'jpg', mediaType: 'image/jpeg' },
  webp: { ending: 'webp', mediaType: 'image/webp' },
  avif: { ending: 'avif', mediaType: 'image/avif' },
  png: { ending: 'png', mediaType: 'image/png' },
  raw: { ending: 'raw', mediaType: 'application/octet-stream' },
};

/** Quality where none is asked for: sharp's own (libjpeg and libwebp at 80, libaom at 50 look about the same). */
export const defaultQuality = { jpeg: 80, webp: 80, avif: 50 } as const;

/** The least of an encoded picture: a WebP of one pixel (container, header of the lossless stream, and its pixel). */
const LEAST_ENCODED_BYTES = 26;

/** Whether a file of so many bytes may be a whole thumbnail: one that is empty or cut short was left by a full disk. */
export const mayBeWhole = (bytes: number, { encoding, frame }: Rendering): boolean =>
  encoding.format === 'raw'
    ? bytes === frame.width * frame.height * encoding.channels
    : bytes >= LEAST_ENCODED_BYTES;
