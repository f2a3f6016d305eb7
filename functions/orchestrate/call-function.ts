import { createCallPool, runBatch, shareSlots } from '../../client/index.ts';
import { pendingError } from '../../engine/driver.ts';
import type { Invoke, TreeShape } from '../../engine/index.ts';
import { fromWireError } from '../../platform/index.ts';
import type { CallFunction, FunctionCall } from './orchestrate.ts';

/** What the calls of one request have in common. */
export interface CallSettings {
  readonly invoke: Invoke;
  /** Calls open at once, whichever function they are of. */
  readonly calls: number;
  /** Invocations at once of all functions together. */
  readonly slots: number;
  /** Epoch ms by which every function must have answered. */
  readonly deadline: number;
}

/** W as the request has it for one function; whether it may have it, the function checks itself. */
const askedWork = ({ part: { options } }: FunctionCall): number | undefined => {
  const asked = options.maxWorkPerRequest;
  return typeof asked === 'number' && Number.isInteger(asked) && asked >= 1 ? asked : undefined;
};

/**
 * Calls functions built with `recursive`, as a caller outside their trees: every call is one of a pool that all
 * functions of the request share, first come first served, and has its share of the slots.
 */
export const createCallFunction = ({ invoke, calls, slots, deadline }: CallSettings): CallFunction => {
  const pool = createCallPool(Math.min(calls, slots));
  return async (call) => {
    const { part, items, onError, signal } = call;
    const maxWork = askedWork(call);
    const asked: Partial<TreeShape> = maxWork === undefined ? {} : { maxWork };
    const shares = shareSlots({ ...asked, maxLanes: calls, slots });
    const { outcomes, stopped, late, unanswered, summary } = await runBatch({
      functionName: part.target.functionName,
      ...(part.target.qualifier !== undefined && { qualifier: part.target.qualifier }),
      items,
      options: part.options,
      onError,
      // P is not given: it is each function's own
      shape: { ...asked, slots: shares.slotsOf(items.length) },
      calls: shares.calls,
      invoke: pool.share(invoke),
      signal,
      deadline,
    });
    if (stopped && !(late && onError === 'collect')) throw stopped;
    if (unanswered) throw fromWireError(unanswered);
    return { outcomes: outcomes.map((outcome) => outcome ?? { error: pendingError }), summary };
  };
};
