import { InvalidRequestError } from '../platform/index.ts';
import type { LocalFunction } from './local-function.ts';
import type { ThrottleReason } from './refusals.ts';

/** A slot taken, with the way to give it back (once only), or why there is none. */
export type Slot =
  | { readonly kind: 'taken'; readonly release: () => void }
  | { readonly kind: 'throttled'; readonly reason: ThrottleReason };

/** Who may run at once: the account's concurrency, less what functions reserved for themselves. */
export interface Slots {
  take(functionName: string): Slot;
  /**
   * Takes a slot as soon as there is one: now, or when one comes back, first come first served.
   *
   * @returns forgets the wish; of no effect once it is fulfilled
   */
  takeLater(functionName: string, onTaken: (release: () => void) => void): () => void;
}

interface Pool {
  busy: number;
  readonly limit: number;
  readonly reason: ThrottleReason;
  readonly waiting: Set<(release: () => void) => void>;
}

const openPool = (limit: number, reason: ThrottleReason): Pool => ({
  busy: 0,
  limit,
  reason,
  waiting: new Set(),
});

/**
 * Counts busy environments as Lambda does. A function with reserved concurrency has exactly that many slots; all
 * others share the rest of the account's.
 *
 * @throws InvalidRequestError when the concurrency is no integer from 1 up, or less than what is reserved.
 */
export const countSlots = (functions: readonly LocalFunction[], concurrency: number): Slots => {
  const reserved = functions.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  if (!Number.isInteger(concurrency) || concurrency < Math.max(1, reserved)) {
    throw new InvalidRequestError(
      `Expected concurrency to be an integer from ${Math.max(1, reserved)} up (${reserved} reserved by functions), received ${concurrency}`,
    );
  }
  const shared = openPool(concurrency - reserved, 'ConcurrentInvocationLimitExceeded');
  const own = new Map<string, Pool>();
  for (const { name, reservedConcurrency: limit } of functions) {
    if (limit !== undefined)
      own.set(name, openPool(limit, 'ReservedFunctionConcurrentInvocationLimitExceeded'));
  }
  const poolOf = (functionName: string): Pool => own.get(functionName) ?? shared;

  const takeFrom = (pool: Pool): Slot => {
    if (pool.busy >= pool.limit) return { kind: 'throttled', reason: pool.reason };
    pool.busy += 1;
    return {
      kind: 'taken',
      release: () => {
        pool.busy -= 1;
        serve(pool);
      },
    };
  };

  const serve = (pool: Pool): void => {
    for (const onTaken of pool.waiting) {
      const slot = takeFrom(pool);
      if (slot.kind === 'throttled') return;
      pool.waiting.delete(onTaken);
      onTaken(slot.release);
    }
  };

  return {
    take: (functionName) => takeFrom(poolOf(functionName)),
    takeLater: (functionName, onTaken) => {
      const pool = poolOf(functionName);
      pool.waiting.add(onTaken);
      serve(pool);
      return () => void pool.waiting.delete(onTaken);
    },
  };
};
