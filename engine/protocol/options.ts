import * as z from 'zod';
import { InvalidRequestError } from '../../platform/index.ts';
import { MAX_PARALLEL_REQUESTS } from '../limits.ts';
import type { Tolerance } from '../policy/tolerance.ts';

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
  /** Failed items up to which the batch goes on, under `collect`. Default: any number. */
  toleratedFailureCount: z.number().int().min(0).optional(),
  /** The same in per cent of all items; exceeding either fails the batch. */
  toleratedFailurePercentage: z.number().min(0).max(100).optional(),
  /** Succeeded items with which the batch is done; that fewer can succeed fails it. */
  minSuccessful: positive.optional(),
  /** @deprecated Copies of late ranges are not made any more (docs/decisions); accepted and ignored. */
  hedge: z.boolean().optional(),
  /** Continue a batch: the token of its summary, or for a manifest the batch's name. */
  resume: z.string().min(1).max(1_000_000).optional(),
  /** Ask for a receipt with every result. */
  receipts: z.boolean().optional(),
  /** Ask for results as lines, as they come; of a function that streams. */
  stream: z.boolean().optional(),
};

/** The options every recursive function understands. */
export type TreeOptions = z.infer<z.ZodObject<typeof treeOptionsShape>>;

/** When a batch stops although items are pending; undefined if only `onError` decides. */
export const toleranceOf = (options: TreeOptions): Tolerance | undefined => {
  const { toleratedFailureCount, toleratedFailurePercentage, minSuccessful } = options;
  const all = { toleratedFailureCount, toleratedFailurePercentage, minSuccessful };
  return Object.values(all).some((value) => value !== undefined) ? all : undefined;
};

/**
 * What an item's error does: with a tolerance it is collected, whatever is tolerated.
 *
 * @throws InvalidRequestError for a tolerance under `raise`, which tolerates nothing.
 */
export const onErrorOf = (options: TreeOptions): 'raise' | 'collect' => {
  if (!toleranceOf(options)) return options.onError ?? 'raise';
  if (options.onError !== 'raise') return 'collect';
  throw new InvalidRequestError(
    'options.onError: expected "collect" beside toleratedFailureCount, toleratedFailurePercentage or minSuccessful, received "raise"',
  );
};

const toleranceSchema = z.object({
  onError: treeOptionsShape.onError,
  toleratedFailureCount: treeOptionsShape.toleratedFailureCount,
  toleratedFailurePercentage: treeOptionsShape.toleratedFailurePercentage,
  minSuccessful: treeOptionsShape.minSuccessful,
});

/**
 * The tolerance among the options of a caller outside.
 *
 * @throws InvalidRequestError for one that is malformed, or stands beside `raise`.
 */
export const readTolerance = (given: Tolerance & Pick<TreeOptions, 'onError'>): Tolerance | undefined => {
  const parsed = toleranceSchema.safeParse(given);
  if (!parsed.success) {
    throw new InvalidRequestError(`Expected options of a batch, received: ${z.prettifyError(parsed.error)}`);
  }
  onErrorOf(parsed.data);
  return toleranceOf(parsed.data);
};

/** What of a request's options is the function's own. */
export const ownOptions = (options: TreeOptions): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !(name in treeOptionsShape)));
