/** Times of the waits between tries. */
export interface BackoffRules {
  /** Upper bound of the first wait. */
  readonly baseMs: number;
  /** Upper bound of every wait. */
  readonly capMs: number;
}

/**
 * The k-th wait (k = 1, 2, …) with full jitter: uniform between 0 and min(cap, base·2^(k−1)), `random` in [0, 1)
 * choosing where. Source: AWS Architecture Blog, "Exponential Backoff And Jitter" (2015), which found full jitter
 * to cost the fewest calls under contention.
 */
export const fullJitterMs = (k: number, random: number, { baseMs, capMs }: BackoffRules): number =>
  random * Math.min(capMs, baseMs * 2 ** Math.min(k - 1, 30));
