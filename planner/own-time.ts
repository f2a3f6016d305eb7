import { createOwnSchedule, type OwnWork, readyMsOf, speedOf } from './simulator/own-schedule.ts';

/** How long own work takes in one environment, with equal times for all items; milliseconds. */
export interface OwnTime {
  /** A round of so many items, until the last of them is done. */
  roundMs(items: number): number;
  /** How long before its end the next round may begin. */
  leadMs(items: number): number;
  /** What a round adds to the ones before it. */
  nextMs(items: number): number;
  /** A leaf: all its items, in rounds. */
  allMs(items: number): number;
}

/** Times of own work in rounds of at most `maxWork` items of `itemMs` milliseconds, by the simulator's own schedule. */
export const createOwnTime = (own: OwnWork, itemMs: number, maxWork: number): OwnTime => {
  const known = new Map<number, { readonly roundMs: number; readonly leadMs: number }>();
  const timesOf = (items: number) => {
    const found = known.get(items);
    if (found) return found;
    const schedule = createOwnSchedule(own);
    const round = Array.from({ length: items }, () => schedule.add(0, itemMs));
    const roundMs = round.reduce((latest, { endMs }) => Math.max(latest, endMs), 0);
    const readyMs = items > 1 ? (readyMsOf(round, own) ?? roundMs) : roundMs;
    const times = { roundMs, leadMs: roundMs - readyMs };
    known.set(items, times);
    return times;
  };
  const roundMs = (items: number) => timesOf(items).roundMs;
  const leadMs = (items: number) => timesOf(items).leadMs;
  // rounds overlap until all places, or all vCPUs, are busy
  const nextMs = (items: number) => Math.max((items * itemMs) / speedOf(own), roundMs(items) - leadMs(items));
  return {
    roundMs,
    leadMs,
    nextMs,
    allMs: (items) => {
      const rest = items - maxWork;
      if (rest <= 0) return roundMs(items);
      return roundMs(maxWork) + Math.floor(rest / maxWork) * nextMs(maxWork) + nextMs(rest % maxWork);
    },
  };
};
