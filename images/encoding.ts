/** How pixels become a file, or an array. */
export type Encoding =
  | { readonly format: 'jpeg' | 'webp' | 'avif'; readonly quality: number }
  | { readonly format: 'png' }
  /** 8-bit values, rows top to bottom, pixels left to right, channels interleaved (RGB) or one (BT.601 luma). */
  | { readonly format: 'raw'; readonly channels: 1 | 3 };

/** Whether a format keeps transparency. */
export const keepsAlpha = ({ format }: Encoding): boolean =>
  format === 'png' || format === 'webp' || format === 'avif';

/** Longest side a format can have: JPEG's 16 bits, WebP's 14, libheif's limit for AVIF; PNG has 31 bits. */
export const maxSide = {
  jpeg: 65_535,
  webp: 16_383,
  avif: 16_384,
  png: 2 ** 31 - 1,
  raw: 2 ** 31 - 1,
} as const satisfies Record<Encoding['format'], number>;
