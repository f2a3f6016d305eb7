import { pause } from '../../platform/index.ts';

/** Time and chance for waiting between tries, so that tests have their own. */
export interface Waiting {
  /** Epoch ms. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Resolves after `ms`; rejects with the signal's reason once that is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** How often and how long. */
export interface RetryRules {
  /** Tries altogether, the first included. */
  readonly tries: number;
  /** Longest wait after the first try; doubled after each. */
  readonly baseMs: number;
  /** Longest wait that nobody asked for. */
  readonly capMs: number;
  /** Time for all tries and waits; a try that would begin later is not made. */
  readonly timeoutMs: number;
}

/** What a try came to that may be tried again, with what the server said of when. */
export class TransientFailure extends Error {
  override readonly name = 'TransientFailure';
  readonly failure: Error;
  readonly retryAfter: string | undefined;
  constructor(failure: Error, retryAfter?: string) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.retryAfter = retryAfter;
  }
}

/** By the machine's clock. */
export const systemWaiting: Waiting = { now: Date.now, random: Math.random, wait: pause };

/**
 * How long a `Retry-After` header asks to wait, in ms: whole seconds, or a date (RFC 9110 §10.2.3). What is neither is as
 * if it were absent.
 */
export const retryAfterMs = (header: string | undefined, nowMs: number): number | undefined => {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  // a date has a name of a day or month in it; Date.parse alone takes "-5" and "1.5" for dates
  const atMs = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
};

/**
 * Runs `attempt` until it answers, at most `tries` times. Between two tries it waits as long as the server asked, else a
 * random part of base · 2^n ("full jitter": clients that failed together do not come back together). A wait that would
 * end past the time limit is not begun: the failure is told at once.
 *
 * @throws what the last try failed with; anything but a `TransientFailure` at once.
 */
export const withRetries = async <T>(
  attempt: () => Promise<T>,
  { tries, baseMs, capMs, timeoutMs }: RetryRules,
  waiting: Waiting,
  signal: AbortSignal,
): Promise<T> => {
  const endMs = waiting.now() + timeoutMs;
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof TransientFailure)) throw thrown;
      const nowMs = waiting.now();
      const jitterMs = waiting.random() * Math.min(capMs, baseMs * 2 ** (tried - 1));
      const waitMs = retryAfterMs(thrown.retryAfter, nowMs) ?? jitterMs;
      if (tried >= tries || signal.aborted || nowMs + waitMs >= endMs) throw thrown.failure;
      await waiting.wait(waitMs, signal);
    }
  }
};
