import * as z from 'zod';

/** How a call comes to nothing. */
export type AttemptOutcome =
  | 'throttled'
  | 'lost'
  | 'crashed'
  | 'skewed'
  | 'too-large'
  | 'refused'
  | 'broken'
  | 'aborted';

/** The same, for schemas. */
export const attemptOutcomes = [
  'throttled',
  'lost',
  'crashed',
  'skewed',
  'too-large',
  'refused',
  'broken',
  'aborted',
] as const satisfies readonly AttemptOutcome[];

/** A span of time by one clock: epoch ms, start and end. */
export type TimeSpan = readonly [startMs: number, endMs: number];

/**
 * What one invocation of a tree did and when, or a call that came to nothing; told where receipts are asked for. Times
 * are by the clock of whoever tells, for parents move what their children say onto their own (see `shiftInto`).
 */
export interface InvocationReceipt {
  readonly path: string;
  /** Earlier children that had these items and did not answer. */
  readonly attempt: number;
  /** The execution environment: its log stream, or an id of its own. Empty where a call never reached one, or did not tell. */
  readonly environment: string;
  /** The first invocation of its environment. */
  readonly cold: boolean;
  /** Of an invocation that answered by its own clock, of all others as their caller saw them. */
  readonly span: TimeSpan;
  /** When it worked on items itself, in order, without overlaps. */
  readonly ownWork: readonly TimeSpan[];
  /** Items it was given. */
  readonly items: number;
  readonly outcome: 'answered' | 'failed' | AttemptOutcome;
  /** What went wrong. */
  readonly message?: string | undefined;
}

const spanSchema = z.tuple([z.number(), z.number()]);

export const invocationReceiptSchema = z.strictObject({
  path: z.string(),
  attempt: z.number().int().min(0),
  environment: z.string(),
  cold: z.boolean(),
  span: spanSchema,
  ownWork: z.array(spanSchema),
  items: z.number().int().min(0),
  outcome: z.enum(['answered', 'failed', ...attemptOutcomes]),
  message: z.string().optional(),
});

/** Spans in order, those that touch or overlap as one: rounds of own work begin before the last one's end. */
export const joined = (spans: readonly TimeSpan[]): readonly TimeSpan[] => {
  const all: TimeSpan[] = [];
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last && start <= last[1]) all[all.length - 1] = [last[0], Math.max(last[1], end)];
    else all.push([start, end]);
  }
  return all;
};

/**
 * By how much a child's clock is to be moved to be its parent's, ms. A span that lies within the call's bounds is left
 * where it is: a cold start's beginning belongs to the call and not to the child. One that does not was told by another
 * clock, and goes into the middle. Either way what is wrong is at most what the call took beyond the child's own span.
 */
export const shiftInto = ([calledMs, endedMs]: TimeSpan, [startMs, endMs]: TimeSpan): number =>
  startMs >= calledMs && endMs <= endedMs ? 0 : Math.round((calledMs + endedMs - startMs - endMs) / 2);
