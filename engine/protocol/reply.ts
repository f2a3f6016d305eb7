import { fromWireError } from '../../platform/index.ts';
import type { Outcome, TreeStats } from '../policy/outcome.ts';
import { indexesOf, type Range } from '../policy/range.ts';
import type { AttemptReceipt } from './child-reply.ts';
import type { InvocationReceipt } from './invocation-receipt.ts';
import { type ReadItem, type Request, type RequestForm, readItem } from './request.ts';

/** What a batch with options is told beside its results. */
export interface Summary {
  readonly items: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly invocations: number;
  readonly depth: number;
  readonly throttled: number;
  readonly retried: number;
  /** The function version that answered. */
  readonly version: string | undefined;
  /** What every log line of the tree carries: the root's request id, or the one that a caller outside Lambda made up. */
  readonly rootRequestId: string;
  /** How to go on, where a batch was longer than a call through a gateway. */
  readonly hint?: string;
  /** Where receipts were asked for: tries that came to nothing. */
  readonly attempts?: readonly AttemptReceipt[];
  /** Where receipts were asked for: one for every invocation, and for every call that came to nothing. */
  readonly receipts?: readonly InvocationReceipt[];
  /** What the work function says of itself, such as the sha256 of its model. */
  readonly [identity: string]: unknown;
}

/** What a tree tells of itself. */
export interface Told {
  readonly stats: TreeStats;
  /** The version that answered; unknown where a caller outside Lambda got no answer. */
  readonly version: string | undefined;
  readonly rootRequestId: string;
  readonly identity: Readonly<Record<string, string>>;
  /** Tries that came to nothing; told where receipts were asked for. */
  readonly attempts?: readonly AttemptReceipt[];
  /** Of every invocation and every call that came to nothing; told where receipts were asked for. */
  readonly receipts?: readonly InvocationReceipt[];
  /** For what is left of a batch that was not done by its deadline. */
  readonly resume?: string | undefined;
  /** How to go on with a batch that is longer than its call. */
  readonly hint?: string;
  /** Why the batch ended with items pending, in the words of durable functions. */
  readonly completionReason?: 'MIN_SUCCESSFUL_REACHED';
}

/** Counts a batch's outcomes and what its tree took. */
export const summarise = (
  outcomes: readonly Outcome<unknown>[],
  { stats, version, rootRequestId, identity, resume, attempts, receipts, hint, completionReason }: Told,
): Summary => {
  const failed = outcomes.filter((outcome) => 'error' in outcome).length;
  return {
    items: outcomes.length,
    succeeded: outcomes.length - failed,
    failed,
    ...stats,
    version,
    ...identity,
    rootRequestId,
    ...(resume !== undefined && { resume }),
    ...(hint !== undefined && { hint }),
    ...(attempts && { attempts }),
    ...(receipts && { receipts }),
    ...(completionReason && { completionReason }),
  };
};

/** How results name their items. */
export interface ResultForm {
  readonly form: RequestForm;
  readonly label: (item: unknown) => unknown;
}

/** One line of a stored batch: an item, as the caller wrote it, and its outcome. */
export const lineOf = (given: unknown, outcome: Outcome<unknown>, { form, label }: ResultForm): string =>
  JSON.stringify({ [form.itemKey]: shown(readItem(given, form.itemKey, form), label), ...outcome });

/** The reply of the root, in the request's form. @throws the item's error when one item was asked for and failed. */
export const formatReply = (
  request: Request,
  outcomes: readonly Outcome<unknown>[],
  result: Told,
  { form, label }: ResultForm,
): unknown => {
  const results = outcomes.map((outcome, index) => ({
    [form.itemKey]: shown(request.items[index], label),
    ...outcome,
  }));
  switch (request.form) {
    case 'one': {
      const [outcome] = outcomes;
      if (outcome && 'error' in outcome) throw fromWireError(outcome.error);
      return results[0];
    }
    case 'list':
      return results;
    case 'batch':
    case 'manifest':
      return { results, summary: summarise(outcomes, result) };
    default:
      return request.form satisfies never;
  }
};

/** The reply to a resumed batch: the results of what was left, each with its index in the batch. */
export const formatResumed = (
  request: Request,
  outcomes: readonly Outcome<unknown>[],
  ranges: readonly Range[],
  result: Told,
  { form, label }: ResultForm,
): unknown => {
  const answered = indexesOf(ranges).flatMap((index) => {
    const outcome = outcomes[index];
    return outcome ? [{ index, outcome }] : [];
  });
  return {
    results: answered.map(({ index, outcome }) => ({
      [form.itemKey]: shown(request.items[index], label),
      index,
      ...outcome,
    })),
    summary: summarise(
      answered.map(({ outcome }) => outcome),
      result,
    ),
  };
};

/**
 * An item as its result names it: as `label` has it, or as the caller wrote it where it could not be read (or
 * labelled: its result is not lost for that).
 */
export const shown = (read: ReadItem | undefined, label: (item: unknown) => unknown): unknown => {
  if (!read) return null;
  if ('invalid' in read) return read.given;
  try {
    return label(read.item);
  } catch {
    return read.given;
  }
};
