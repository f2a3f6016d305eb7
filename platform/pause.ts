import { setTimeout } from 'node:timers/promises';

/** Waits. @throws the signal's reason once that is aborted */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout<void>(ms, undefined, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
