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

/** How many children an invocation may have out, and from when on it may call another. */
export interface Congestion {
  /** Lanes that may be busy at once: halved by a burst of throttles, one more for every answer (AIMD, RFC 5681). */
  readonly openLanes: number;
  /** Bursts so far. A call remembers how many there were before it: its setback is news only if that is still so. */
  readonly bursts: number;
  /** Bursts since the last answer. */
  readonly inVain: number;
  /** No child is called before (ms, the driver's clock). */
  readonly notBeforeMs: number;
}

/** Before anything has happened, with `lanes` lanes. */
export const uncongested = (lanes: number): Congestion => ({
  openLanes: lanes,
  bursts: 0,
  inVain: 0,
  notBeforeMs: Number.NEGATIVE_INFINITY,
});

/**
 * After a call was throttled or its answer lost. Calls that were out together are refused together: the first of
 * them backs off (and halves the lanes, if it was throttled), the others of the same burst say nothing new.
 *
 * @param burstsBefore how many bursts there had been when the call was made.
 */
export const afterSetback = (
  congestion: Congestion,
  burstsBefore: number,
  {
    kind,
    nowMs,
    random,
  }: { readonly kind: 'throttled' | 'lost'; readonly nowMs: number; readonly random: number },
  rules: BackoffRules,
): Congestion => {
  const { openLanes, bursts, inVain } = congestion;
  if (burstsBefore < bursts) return congestion;
  return {
    openLanes: kind === 'throttled' ? Math.max(1, Math.floor(openLanes / 2)) : openLanes,
    bursts: bursts + 1,
    inVain: inVain + 1,
    notBeforeMs: nowMs + fullJitterMs(inVain + 1, random, rules),
  };
};

/** After an answer: its slot is free, so nobody has to wait any longer. */
export const afterAnswer = ({ openLanes, bursts }: Congestion, lanes: number): Congestion => ({
  ...uncongested(Math.min(lanes, openLanes + 1)),
  bursts,
});
