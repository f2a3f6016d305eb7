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
  /** To a list. */
  | { readonly results: { readonly index: string | null }; readonly summary: Summary }
  | { readonly error: WireError };

/** Has one function answer the request. Throws what stopped it. */
export type CallPart = (part: Callee, signal: AbortSignal) => Promise<FunctionReply>;

/** The part of a function that is given the items themselves. */
export const withItems =
  (
    { items, itemKey, onError }: Pick<OrchestrateRequest, 'items' | 'itemKey' | 'onError'>,
    callFunction: CallFunction,
    /** How an item is shown in its results. */
    label: (item: unknown) => unknown,
  ): CallPart =>
  async (part, signal) => {
    const { outcomes, summary } = await callFunction({ part, items, onError, signal });
    const results = outcomes.map((outcome, index) => ({ [itemKey]: label(items[index]), ...outcome }));
    return { results, summary };
  };

/**
 * Sends one batch through several functions at once. Under `raise` the first error of any of them stops the others
 * and is thrown once nothing is under way any more; under `collect` each function answers for itself: an item that
 * failed has its error in its place, a function that failed as a whole has its error in the place of its results.
 *
 * @returns the functions' replies by name, in the order of the request.
 */
export const orchestrate = async (
  { parts, onError }: Pick<OrchestrateRequest, 'parts' | 'onError'>,
  callPart: CallPart,
): Promise<Readonly<Record<string, FunctionReply>>> => {
  const stop = new AbortController();
  let first: { readonly error: unknown } | undefined;

  const answer = async (part: Callee): Promise<FunctionReply> => {
    try {
      return await callPart(part, stop.signal);
    } catch (error) {
      if (onError === 'raise') {
        first ??= { error };
        stop.abort(error);
      }
      return { error: toWireError(error) };
    }
  };

  const replies = await Promise.all(parts.map(async (part) => [part.name, await answer(part)] as const));
  if (first) throw first.error;
  return Object.fromEntries(replies);
};
