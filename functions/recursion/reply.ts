import { fromWireError } from '../errors.ts';
import type { Outcome } from './core/outcome.ts';
import type { InvocationResult } from './invocation.ts';
import type { Request, RequestForm } from './request.ts';

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
  /** What the work function says of itself, such as the sha256 of its model. */
  readonly [identity: string]: string | number | undefined;
}

/** Counts a batch's outcomes and what its tree took. */
export const summarise = (
  outcomes: readonly Outcome<unknown>[],
  { stats, version, identity }: Pick<InvocationResult, 'stats' | 'version' | 'identity'>,
): Summary => {
  const failed = outcomes.filter((outcome) => 'error' in outcome).length;
  return {
    items: outcomes.length,
    succeeded: outcomes.length - failed,
    failed,
    ...stats,
    version,
    ...identity,
  };
};

/** The reply of the root, in the request's form. @throws the item's error when one item was asked for and failed. */
export const formatReply = (
  request: Request,
  outcomes: readonly Outcome<unknown>[],
  result: Pick<InvocationResult, 'stats' | 'version' | 'identity'>,
  { form, label }: { readonly form: RequestForm; readonly label: (item: unknown) => unknown },
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
      return { results, summary: summarise(outcomes, result) };
    default:
      return request.form satisfies never;
  }
};

const shown = (read: Request['items'][number] | undefined, label: (item: unknown) => unknown): unknown => {
  if (!read) return null;
  return 'item' in read ? label(read.item) : read.given;
};
