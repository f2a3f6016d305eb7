import type { Outcome, Summary } from '../../engine/index.ts';
import { toWireError, type WireError } from '../../platform/index.ts';
import type { Callee, OrchestrateRequest } from './request.ts';

/** A batch for one function. */
export interface FunctionCall {
  readonly part: Callee;
  readonly items: readonly unknown[];
  readonly onError: 'raise' | 'collect';
  readonly signal: AbortSignal;
}

/** The port to other functions: one outcome per item. Throws what stopped the batch, or what the function refused. */
export type CallFunction = (call: FunctionCall) => Promise<FunctionAnswer>;

/** What a function answered. */
export interface FunctionAnswer {
  readonly outcomes: readonly Outcome<unknown>[];
  readonly summary: Summary;
}

/** A function's part of the reply: what it would have replied to the batch itself, or why it did not. */
export type FunctionReply =
  | { readonly results: readonly Readonly<Record<string, unknown>>[]; readonly summary: Summary }
  | { readonly error: WireError };

/** What running several functions takes. */
export interface OrchestrateInput {
  readonly request: OrchestrateRequest;
  readonly callFunction: CallFunction;
  /** How an item is shown in its results. */
  readonly label: (item: unknown) => unknown;
}

/**
 * Sends one batch through several functions at once. Under `raise` the first error of any of them stops the others
 * and is thrown once nothing is under way any more; under `collect` each function answers for itself: an item that
 * failed has its error in its place, a function that failed as a whole has its error in the place of its results.
 *
 * @returns the functions' replies by name, in the order of the request.
 */
export const orchestrate = async ({
  request,
  callFunction,
  label,
}: OrchestrateInput): Promise<Readonly<Record<string, FunctionReply>>> => {
  const { items, itemKey, onError } = request;
  const stop = new AbortController();
  let first: { readonly error: unknown } | undefined;

  const callPart = async (part: Callee): Promise<FunctionReply> => {
    try {
      const { outcomes, summary } = await callFunction({ part, items, onError, signal: stop.signal });
      const results = outcomes.map((outcome, index) => ({ [itemKey]: label(items[index]), ...outcome }));
      return { results, summary };
    } catch (error) {
      if (onError === 'raise') {
        first ??= { error };
        stop.abort(error);
      }
      return { error: toWireError(error) };
    }
  };

  const replies = await Promise.all(
    request.parts.map(async (part) => [part.name, await callPart(part)] as const),
  );
  if (first) throw first.error;
  return Object.fromEntries(replies);
};
