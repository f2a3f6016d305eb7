/**
 * Time kept back from Lambda's own time-out for merging, serialising and sending the reply: a 6 MB reply takes
 * about 100 ms to serialise and 80 ms to send at Lambda's 625 Mbps.
 */
export const ANSWER_MARGIN_MS = 500;

/** What each level keeps for its parent: one reply to send, read and merge. */
export const LEVEL_MARGIN_MS = 250;

/** The deadline that stands for "none": a caller outside Lambda without a time limit. */
export const NO_DEADLINE = Number.MAX_SAFE_INTEGER;

/**
 * The instant (epoch ms) by which this invocation's answer must be on its way: the earliest of what the caller
 * asked for and what Lambda leaves, less the margin.
 */
export const deadlineOf = (nowMs: number, remainingMs: number, askedMs: number | undefined): number =>
  Math.min(askedMs ?? NO_DEADLINE, nowMs + remainingMs - ANSWER_MARGIN_MS);

/** The deadline a parent gives its children, so that their answers reach it in time. */
export const childDeadline = (deadlineMs: number): number =>
  deadlineMs === NO_DEADLINE ? NO_DEADLINE : deadlineMs - LEVEL_MARGIN_MS;
