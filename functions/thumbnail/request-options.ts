import * as z from 'zod';
import { formats } from './core/formats.ts';
import { fits } from './core/layout.ts';

/** Longest side of a box: a thumbnail of 4,096 × 4,096 takes 64 MB as RGBA while it is made. */
export const MAX_SIDE = 4_096;

/** Most sizes of one picture: all of them are answered together. */
export const MAX_SIZES = 100;

const side = z.number().int().min(1).max(MAX_SIDE);

/** What each of thumbnail's options must be; what they mean beside each other is checked by `thumbnailSpecOf`. */
export const thumbnailOptionsShape = {
  size: side.optional(),
  sizes: z
    .array(z.union([side, z.strictObject({ width: side.optional(), height: side.optional() })]))
    .min(1)
    .max(MAX_SIZES)
    .optional(),
  width: side.optional(),
  height: side.optional(),
  fit: z.enum(fits).optional(),
  format: z.enum(formats).optional(),
  quality: z.number().int().min(1).max(100).optional(),
  background: z
    .string()
    .regex(/^#([\da-f]{3}|[\da-f]{6}|[\da-f]{8})$/i, {
      error: 'expected a colour as #rgb, #rrggbb or #rrggbbaa',
    })
    .optional(),
  enlarge: z.boolean().optional(),
  channels: z.union([z.literal(1), z.literal(3)]).optional(),
  out: z.string().min(1).max(2_048).optional(),
} as const;
