/** What W is chosen by. */
export interface WorkInput {
  /** Items of the batch. */
  readonly items: number;
  /** S, how many invocations may run at once. */
  readonly slots: number;
  /** Own work per item in ms, several at once counted as what passes; undefined where nothing was measured. */
  readonly itemMs: number | undefined;
}

/** What a warm invocation costs beside its work, in ms: the call, its start and its answer. */
const INVOCATION_MS = 20;

/** Work of one request in ms, beside which that weighs 2 %: more of it gains nothing, and is lost with a crash. */
const REQUEST_MS = 1_000;

/** Requests a slot should have one after another, so that the last ones end together. */
const ROUNDS = 4;

/** The most it chooses: what one crash repeats, and what one reply carries, stay small. */
export const MOST_CHOSEN_WORK = 64;

/**
 * W for `MAX_WORK_PER_REQUEST=auto`: so much that a slot has some requests one after another, but not less work than an
 * invocation costs, nor more than a second of it, and at most {@link MOST_CHOSEN_WORK}.
 *
 * @param fallback W where nothing was measured
 */
export const chooseWork = ({ items, slots, itemMs }: WorkInput, fallback: number): number => {
  if (itemMs === undefined) return fallback;
  const most = Math.min(MOST_CHOSEN_WORK, Math.max(1, Math.floor(REQUEST_MS / itemMs)));
  const least = Math.min(most, Math.max(1, Math.ceil(INVOCATION_MS / itemMs)));
  return Math.max(least, Math.min(most, Math.ceil(items / (slots * ROUNDS))));
};
