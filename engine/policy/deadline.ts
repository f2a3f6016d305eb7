/**
 * Time kept back from Lambda's own time-out for merging, serialising and sending the reply: a 6 MB reply takes
 * about 100 ms to serialise and 80 ms to send at Lambda's 625 Mbps.
 */
export const ANSWER_MARGIN_MS = 500;

/** What each level keeps for its parent at least: one reply to send, read and merge. */
export const LEVEL_MARGIN_MS = 250;

/** The most of the time left that a level keeps for its parent: the rest is for work. */
const MOST_FOR_MARGIN = 0.25;

/** How long answers take to arrive, as measured so far: their mean and mean deviation, ms. */
export interface Arrivals {
  readonly meanMs: number;
  readonly deviationMs: number;
}

/** One answer more. Smoothed as RFC 6298 (section 2) does for round trips: gains of 1/8 and 1/4. */
export const afterArrival = (known: Arrivals | undefined, tookMs: number): Arrivals =>
  known
    ? {
        meanMs: known.meanMs + (tookMs - known.meanMs) / 8,
        deviationMs: known.deviationMs + (Math.abs(tookMs - known.meanMs) - known.deviationMs) / 4,
      }
    : { meanMs: tookMs, deviationMs: tookMs / 2 };

/** The deadline that stands for "none": a caller outside Lambda without a time limit. */
export const NO_DEADLINE = Number.MAX_SAFE_INTEGER;

/**
 * The instant (epoch ms) by which this invocation's answer must be on its way: the earliest of what the caller
 * asked for and what Lambda leaves, less the margin.
 */
export const deadlineOf = (nowMs: number, remainingMs: number, askedMs: number | undefined): number =>
  Math.min(askedMs ?? NO_DEADLINE, nowMs + remainingMs - ANSWER_MARGIN_MS);

/**
 * The deadline a parent gives its children, so that their answers reach it in time: earlier by what nearly all answers
 * so far have taken to arrive (mean and four deviations, RFC 6298), within bounds.
 */
export const childDeadline = (deadlineMs: number, nowMs: number, known: Arrivals | undefined): number => {
  if (deadlineMs === NO_DEADLINE) return NO_DEADLINE;
  const measured = known ? known.meanMs + 4 * known.deviationMs : 0;
  const most = MOST_FOR_MARGIN * (deadlineMs - nowMs);
  return Math.floor(deadlineMs - Math.max(LEVEL_MARGIN_MS, Math.min(measured, most)));
};

/**
 * When an invocation answers with what it has, calls that are still out or not: half of what the level above waits
 * for this answer; the other half is the answer's way.
 */
export const answerBy = (deadlineMs: number): number => deadlineMs + LEVEL_MARGIN_MS / 2;
