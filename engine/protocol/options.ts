import * as z from 'zod';
import { MAX_PARALLEL_REQUESTS } from '../limits.ts';

const positive = z.number().int().min(1);

/** The options every recursive function understands, as the request spells them (design, wire format). */
export const treeOptionsShape = {
  /** Stop at the first error (default), or answer every item. */
  onError: z.enum(['raise', 'collect']).optional(),
  /** W for this batch, at most the function's own. */
  maxWorkPerRequest: positive.max(10_000).optional(),
  /** P for this batch. */
  numParallelRequests: positive.max(MAX_PARALLEL_REQUESTS).optional(),
  /** S for this batch, at most the function's `MAX_SLOTS`. */
  slots: positive.optional(),
  /** Epoch ms by which the answer must be on its way; the function's own time-out holds all the same. */
  deadlineMs: positive.optional(),
  /** Whether idle own work copies what a late child has. Default true. */
  hedge: z.boolean().optional(),
  /** Continue a batch: the token of its summary, or for a manifest the batch's name. */
  resume: z.string().min(1).max(1_000_000).optional(),
  /** Ask for a receipt with every result. */
  receipts: z.boolean().optional(),
};

/** The options every recursive function understands. */
export type TreeOptions = z.infer<z.ZodObject<typeof treeOptionsShape>>;

/** What of a request's options is the function's own. */
export const ownOptions = (options: TreeOptions): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !(name in treeOptionsShape)));
