/** A part of the run, in ms since it began. */
export type Range = readonly [fromMs: number, toMs: number];

/** Zooms around an instant, never wider than the run. */
export const zoomed = ([from, to]: Range, atMs: number, factor: number, elapsedMs: number): Range => {
  const width = Math.min(elapsedMs, Math.max(1, (to - from) * factor));
  const start = Math.min(Math.max(0, atMs - ((atMs - from) / (to - from)) * width), elapsedMs - width);
  return [start, start + width];
};

/** Moves it, never out of the run. */
export const moved = ([from, to]: Range, byMs: number, elapsedMs: number): Range => {
  const start = Math.min(Math.max(0, from + byMs), elapsedMs - (to - from));
  return [start, start + (to - from)];
};
