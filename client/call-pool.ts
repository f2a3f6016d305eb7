import type { Invoke } from '../engine/index.ts';
import { createSemaphore } from '../platform/index.ts';

/** Calls that may be open at once, whoever makes them. */
export interface CallPool {
  /**
   * The same calls, through the pool: one waits until there is room, the lowest `priority` first, those of one
   * priority in their order. Who is aborted while waiting has not called.
   */
  share(invoke: Invoke, priority?: number): Invoke;
}

/** Makes a pool of `size` calls, 1 or more. */
export const createCallPool = (size: number): CallPool => {
  const room = createSemaphore(size);
  return {
    share:
      (invoke, priority = 0) =>
      (call) =>
        room
          .run(() => invoke(call), { signal: call.signal, priority })
          .catch((error: unknown) => {
            if (call.signal.aborted && error === call.signal.reason) return { kind: 'aborted' };
            throw error;
          }),
  };
};
