import { InvalidRequestError } from '../platform/errors.ts';
import type { LocalFunction } from './local-function.ts';
import type { ThrottleReason } from './refusals.ts';

/** A slot taken, with the way to give it back (once only), or why there is none. */
export type Slot =
  | { readonly kind: 'taken'; readonly release: () => void }
  | { readonly kind: 'throttled'; readonly reason: ThrottleReason };

/** Who may run at once: the account's concurrency, less what functions reserved for themselves. */
export interface Slots {
  take(functionName: string): Slot;
}

/**
 * Counts busy environments as Lambda does. A function with reserved concurrency has exactly that many slots; all
 * others share the rest of the account's.
 *
 * @param onRelease called after a slot came back.
 * @throws InvalidRequestError when the concurrency is no integer from 1 up, or less than what is reserved.
 */
export const countSlots = (
  functions: readonly LocalFunction[],
  concurrency: number,
  onRelease: () => void,
): Slots => {
  const reserved = functions.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  if (!Number.isInteger(concurrency) || concurrency < Math.max(1, reserved)) {
    throw new InvalidRequestError(
      `Expected concurrency to be an integer from ${Math.max(1, reserved)} up (${reserved} reserved by functions), received ${concurrency}`,
    );
  }

  interface Pool {
    busy: number;
    readonly limit: number;
    readonly reason: ThrottleReason;
  }
  const shared: Pool = {
    busy: 0,
    limit: concurrency - reserved,
    reason: 'ConcurrentInvocationLimitExceeded',
  };
  const own = new Map<string, Pool>();
  for (const { name, reservedConcurrency } of functions) {
    if (reservedConcurrency === undefined) continue;
    own.set(name, {
      busy: 0,
      limit: reservedConcurrency,
      reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
  }

  return {
    take: (functionName) => {
      const pool = own.get(functionName) ?? shared;
      if (pool.busy >= pool.limit) return { kind: 'throttled', reason: pool.reason };
      pool.busy += 1;
      return {
        kind: 'taken',
        release: () => {
          pool.busy -= 1;
          onRelease();
        },
      };
    },
  };
};
