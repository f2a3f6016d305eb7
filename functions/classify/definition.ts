import * as z from 'zod';
import type { OptionsOf } from '../../engine/index.ts';
import type { FunctionDefinition } from '../definition.ts';
import { decodingKeys } from './core/preprocessor-document.ts';

/** Labels pictures. */
export const classify = {
  name: 'classify',
  description: 'Classifies pictures; invokes itself for batches',
  itemKey: 'image',
  options: {
    /** Tags per picture. Default 5, and all above the threshold where classes do not exclude each other. */
    topK: z.number().int().min(1).max(100).optional(),
    /** Tags with less confidence, from 0 to 1, are left out; where none has it the list is empty. Default the model's `threshold`: 0, or 0.5 where classes do not exclude each other. */
    minConfidence: z.number().min(0).max(1).optional(),
    /** How an embedding is written: its float32 numbers, little-endian, as base64 (default), or an array. */
    embeddingFormat: z.enum(['base64', 'array']).optional(),
    /** Models by name. Default: the configured one. */
    models: z.array(z.string()).min(1).max(16).optional(),
    /** With `receipts`: a small WebP of what the first model sees of the picture, as base64 in `receipt.preview`. Default false. */
    preview: z.boolean().optional(),
    // what they say of decoding stands above what the model's files say
    ...decodingKeys,
  },
  invokes: 'itself',
  readsImages: true,
  models: { embedded: ['basic-colours'] },
  outputPrefix: undefined,
} as const satisfies FunctionDefinition;

/** Classify's own options. */
export type ClassifyOptions = OptionsOf<typeof classify.options>;
