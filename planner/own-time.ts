import { createOwnSchedule, type OwnSchedule, type OwnWork, readyMsOf } from './simulator/own-schedule.ts';

/** When the rounds of one environment's own work begin and end, in milliseconds from the first one's begin. */
export interface OwnTime {
  /** When a round begins, counted from 0: as soon as it may, after whole ones. */
  beginMs(round: number): number;
  /** Until when there is work, if the last round has so many items. */
  endMs(round: number, items: number): number;
  /** How many whole rounds begin by an instant, one that begins then included. */
  begunBy(ms: number): number;
  /** A leaf: all its items, in rounds. */
  allMs(items: number): number;
}

/** An environment when a round begins in it. */
interface Start {
  readonly beginMs: number;
  /** Until when there is work of the rounds before. */
  readonly busyMs: number;
  readonly schedule: OwnSchedule;
}

/** Rounds that are followed at most until one begins as an earlier one did; from there on they repeat. */
const MAX_FOLLOWED = 64;

/** Times of own work in rounds of at most `maxWork` items of `itemMs` milliseconds, by the simulator's own schedule. */
export const createOwnTime = (own: OwnWork, itemMs: number, maxWork: number): OwnTime => {
  const starts: Start[] = [{ beginMs: 0, busyMs: 0, schedule: createOwnSchedule(own) }];
  const states = new Map<string, number>();
  let rhythm: { readonly from: number; readonly rounds: number; readonly ms: number } | undefined;

  // as the policy has it: two rounds at once at most, and none before the last one is ready
  const after = (start: Start, items: number): Start => {
    const schedule = start.schedule.copy();
    const round = Array.from({ length: items }, () => schedule.add(start.beginMs, itemMs));
    const busyMs = round.reduce((latest, { endMs }) => Math.max(latest, endMs), start.busyMs);
    const readyMs = items > 1 ? (readyMsOf(round, own) ?? busyMs) : busyMs;
    const beginMs = Math.max(readyMs, start.busyMs);
    schedule.heardMs(beginMs);
    return { beginMs, busyMs, schedule };
  };

  const startAt = (round: number): Start => starts[round] as Start;

  const follow = (): void => {
    const last = starts.length - 1;
    const state = startAt(last).schedule.stateAt(startAt(last).beginMs);
    // where they never repeat to the last digit, half of them are as good
    const from = states.get(state) ?? (last < MAX_FOLLOWED ? undefined : last / 2);
    if (from !== undefined)
      rhythm = { from, rounds: last - from, ms: startAt(last).beginMs - startAt(from).beginMs };
    states.set(state, last);
    starts.push(after(startAt(last), maxWork));
  };

  /** A round among the followed ones that begins in the same way, and how much earlier it is. */
  const likeOf = (round: number) => {
    while (rhythm === undefined && starts.length <= round + 1) follow();
    if (rhythm === undefined || round < rhythm.from) return { round, earlierMs: 0 };
    const times = Math.floor((round - rhythm.from) / rhythm.rounds);
    return { round: round - times * rhythm.rounds, earlierMs: times * rhythm.ms };
  };

  const beginMs = (round: number) => {
    const like = likeOf(round);
    return startAt(like.round).beginMs + like.earlierMs;
  };

  const endMs = (round: number, items: number) => {
    const like = likeOf(round);
    const end = items === maxWork ? startAt(like.round + 1) : after(startAt(like.round), items);
    return end.busyMs + like.earlierMs;
  };

  return {
    beginMs,
    endMs,
    begunBy: (ms) => {
      if (ms < 0) return 0;
      let low = 0;
      let high = 1;
      while (beginMs(high) <= ms) [low, high] = [high, 2 * high];
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (beginMs(middle) <= ms) low = middle;
        else high = middle;
      }
      return low + 1;
    },
    allMs: (items) => {
      const last = Math.max(0, Math.ceil(items / maxWork) - 1);
      return endMs(last, items - last * maxWork);
    },
  };
};
