import { setTimeout } from 'node:timers/promises';
import { fullJitterMs } from '../../engine/policy/backoff.ts';
import { ModelLoadError } from '../../platform/errors.ts';

/** Tries after one that failed and brought nothing. A try that brought something counts as the first. */
const MAX_RETRIES = 3;

const waits = { baseMs: 500, capMs: 8_000 } as const;

/** The longest a server may ask for. */
const MAX_RETRY_AFTER_MS = 60_000;

/** A try that failed in a way that may pass. */
export interface Again {
  /** What happened, for the message. */
  readonly again: string;
  readonly cause?: unknown;
  /** Whether the try brought something that need not be brought again. */
  readonly progressed?: boolean;
  /** Wait that the server asked for. */
  readonly afterMs?: number;
}

/** How a try ended. */
export type Tried<Result> = { readonly done: Result } | Again;

/** Waits; fails when the signal is aborted. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

const sleep: Pause = async (ms, signal) => {
  await setTimeout(ms, undefined, { signal });
};

export interface TryOptions {
  readonly signal: AbortSignal;
  /** Default: real time. */
  readonly pause?: Pause;
}

/**
 * Tries until it is done: again after failures that may pass, with exponential waits and full jitter (or the wait the
 * server asks for), until four tries in a row have brought nothing.
 *
 * @param where what is tried, for the message
 * @throws ModelLoadError saying what happened last; whatever a try throws
 */
export const tryAgain = async <Result>(
  where: string,
  attempt: () => Promise<Tried<Result>>,
  { signal, pause = sleep }: TryOptions,
): Promise<Result> => {
  for (let fruitless = 0; ; ) {
    signal.throwIfAborted();
    const tried = await attempt();
    if ('done' in tried) return tried.done;
    fruitless = tried.progressed ? 0 : fruitless + 1;
    if (fruitless > MAX_RETRIES) {
      throw new ModelLoadError(`${where}: expected an answer, received ${tried.again}, ${fruitless} times`, {
        cause: tried.cause,
      });
    }
    const backoffMs = fullJitterMs(fruitless + 1, Math.random(), waits);
    await pause(Math.max(backoffMs, Math.min(tried.afterMs ?? 0, MAX_RETRY_AFTER_MS)), signal);
  }
};
