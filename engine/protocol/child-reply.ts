import * as z from 'zod';
import type { WireError } from '../../platform/index.ts';
import type { Outcome, TreeStats } from '../policy/outcome.ts';
import type { Range } from '../policy/range.ts';
import type { StoredResults } from '../stored-batch/part-key.ts';
import {
  type AttemptOutcome,
  attemptOutcomes,
  type InvocationReceipt,
  invocationReceiptSchema,
} from './invocation-receipt.ts';

/** A try at a range that did not answer it. */
export interface AttemptReceipt {
  /** Path of the child that had it. */
  readonly path: string;
  /** Indexes in the batch of whoever tells. */
  readonly start: number;
  readonly end: number;
  readonly attempt: number;
  readonly outcome: AttemptOutcome;
  /** What went wrong. */
  readonly message?: string | undefined;
}

/** Items that a child gives back unanswered. */
export interface Undone extends Range {
  /** `late`: there was no time. `suspect`: a child crashed on them, and there was no other to be had. */
  readonly why: 'late' | 'suspect';
  /** How often a quarantined crashed a child as a single item. */
  readonly soloCrashes: number;
}

/** What a child tells its parent. */
export interface EnvelopeReply {
  /** The child's path, as it was told: a reply with another path belongs to somebody else. */
  readonly path: string;
  readonly version: string;
  /** One per item, in order; `null` where the item is given back (see `undone`). Empty for a stored batch. */
  readonly outcomes: readonly (Outcome<unknown> | null)[];
  /** Of a stored batch: what is done, by index, with how many of it failed; and where the results are. */
  readonly stored?:
    | (StoredResults & { readonly done: readonly (Range & { readonly failed: number })[] })
    | undefined;
  /** Items given back, by index: nobody got to them in time, or they crashed a child and no other could be had. */
  readonly undone: readonly Undone[];
  readonly stats: TreeStats & {
    /** When the child was done, epoch ms; an older version does not say. */
    readonly answeredMs?: number | undefined;
  };
  /** Tries that came to nothing, if receipts were asked for. */
  readonly attempts?: readonly AttemptReceipt[] | undefined;
  /** Of this invocation and all below it, by its own clock, if receipts were asked for. */
  readonly receipts?: readonly InvocationReceipt[] | undefined;
  /** What the work function says of itself, equal in every invocation of a tree: a model's sha256. */
  readonly identity: Readonly<Record<string, string>>;
}

/** What a child tells ahead of its reply: the outcomes that follow those told before, and what of itself a parent checks. */
export type ReplyPart = Pick<EnvelopeReply, 'path' | 'version' | 'outcomes' | 'identity'>;

const wholeFrom = (least: number) => z.number().int().min(least);

/** The form of an error on the wire. */
export const errorSchema: z.ZodType<WireError> = z.object({ name: z.string(), message: z.string() });
const receiptSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional();

const outcomeSchema = z.union([
  z.strictObject({ error: errorSchema, receipt: receiptSchema }),
  z.strictObject({ results: z.unknown().refine((value) => value !== undefined), receipt: receiptSchema }),
]);

const attemptSchema = z.strictObject({
  path: z.string(),
  start: wholeFrom(0),
  end: wholeFrom(1),
  attempt: wholeFrom(0),
  outcome: z.enum(attemptOutcomes),
  message: z.string().optional(),
});

const storedSchema = z.strictObject({
  done: z.array(z.strictObject({ start: wholeFrom(0), end: wholeFrom(1), failed: wholeFrom(0) })),
  parts: z.array(
    z.strictObject({
      start: wholeFrom(0),
      end: wholeFrom(1),
      failed: wholeFrom(0),
      digest: z.string().regex(/^[0-9a-f]{16}$/),
    }),
  ),
  lines: z.array(
    z.strictObject({ start: wholeFrom(0), lines: z.array(z.string()), failed: z.array(wholeFrom(0)) }),
  ),
});

/** The form of a child's reply. */
export const replySchema = z.strictObject({
  path: z.string(),
  version: z.string(),
  outcomes: z.array(outcomeSchema.nullable()),
  stored: storedSchema.optional(),
  undone: z.array(
    z.strictObject({
      start: wholeFrom(0),
      end: wholeFrom(1),
      why: z.enum(['late', 'suspect']),
      soloCrashes: wholeFrom(0),
    }),
  ),
  // not strict: an older version says `hedged` as well, and knows no `answeredMs`
  stats: z.object({
    invocations: wholeFrom(1),
    depth: wholeFrom(0),
    throttled: wholeFrom(0),
    retried: wholeFrom(0),
    answeredMs: z.number().optional(),
  }),
  attempts: z.array(attemptSchema).optional(),
  receipts: z.array(invocationReceiptSchema).optional(),
  identity: z.record(z.string(), z.string()),
});

/** The form of a part of it. */
export const partSchema = replySchema.pick({ path: true, version: true, outcomes: true, identity: true });
