import { pause } from '../../platform/index.ts';
import { sealAbort } from '../protocol/envelope.ts';
import type { Invoke } from './ports.ts';

/** A caller who has given up waits no longer than this for the others to be told. */
const MOST_MS = 2_000;

/** Between two tries: what the stopped tree leaves makes room. */
const AGAIN_AFTER_MS = 200;

/**
 * Asks a function to tell the tree of a run that it is not wanted any more, for a caller who cannot reach the function's
 * store. A function that has no room for the call is asked again, for two seconds.
 *
 * @param target function name with the qualifier in it
 */
export const abortTree = async (invoke: Invoke, target: string, runId: string): Promise<void> => {
  const signal = AbortSignal.timeout(MOST_MS);
  for (;;) {
    const { kind } = await invoke({ target, payload: sealAbort(runId), timeoutMs: MOST_MS, signal });
    if (kind !== 'throttled' || signal.aborted) return;
    await pause(AGAIN_AFTER_MS, signal).catch(() => {});
  }
};
