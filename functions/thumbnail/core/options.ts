import * as z from 'zod';
import type { OptionsOf } from '../../../engine/index.ts';
import { formats } from './formats.ts';
import { fits } from './layout.ts';

/** Longest side of a box: a thumbnail of 4,096 × 4,096 takes 64 MB as RGBA while it is made. */
const MAX_SIDE = 4_096;

/** Most sizes of one picture: all of them are answered together. */
const MAX_SIZES = 100;

const side = z.number().int().min(1).max(MAX_SIDE);

/** What each option of thumbnail has to be. */
export const thumbnailOptions = {
  /** Side of a square box, in pixels. Exactly one of `size`, `sizes`, and `width` or `height` is given. */
  size: side.optional(),
  /** Several: sides of boxes, or boxes. All are made of one decode. */
  sizes: z
    .array(z.union([side, z.strictObject({ width: side.optional(), height: side.optional() })]))
    .min(1)
    .max(MAX_SIZES)
    .readonly()
    .optional(),
  width: side.optional(),
  height: side.optional(),
  /** Default `inside`. */
  fit: z.enum(fits).optional(),
  /** Default `jpeg`. */
  format: z.enum(formats).optional(),
  /** Of jpeg, webp (default 80) and avif (default 50). */
  quality: z.number().int().min(1).max(100).optional(),
  /**
   * Under transparency where the format has none, and of the padding of `contain`. Default: white; for padding in
   * png, webp and avif transparent.
   */
  background: z
    .string()
    .regex(/^#([\da-f]{3}|[\da-f]{6}|[\da-f]{8})$/i, {
      error: 'expected a colour as #rgb, #rrggbb or #rrggbbaa',
    })
    .optional(),
  /** Whether a smaller picture is enlarged. Default false. */
  enlarge: z.boolean().optional(),
  /**
   * Whether a thumbnail that is in its place is kept, and not made again: its name is of its content. Asks the place
   * first, which on S3 takes a request each (and permission to read). Default false.
   */
  keep: z.boolean().optional(),
  /** Of `raw`: 3 (RGB, the default) or 1 (grey, BT.601 luma). */
  channels: z.union([z.literal(1), z.literal(3)]).optional(),
  /** A folder or prefix for this request's thumbnails, where files are allowed. Default: the configured one. */
  out: z.string().min(1).max(2_048).optional(),
} as const;

/** Thumbnail's own options, as a request spells them. */
export type ThumbnailOptions = OptionsOf<typeof thumbnailOptions>;
