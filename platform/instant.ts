/** The latest instant a `Date` can be, in epoch milliseconds (ECMAScript, 21.4.1.1). */
export const LATEST_INSTANT_MS = 8.64e15;

/** An instant in epoch milliseconds as ISO 8601 in UTC; what no `Date` can be is the nearest that can. */
export const instantText = (epochMs: number): string =>
  new Date(Math.min(Math.max(epochMs, -LATEST_INSTANT_MS), LATEST_INSTANT_MS)).toISOString();
