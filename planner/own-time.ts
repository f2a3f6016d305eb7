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

interface Round {
  readonly beginMs: number;
  readonly endMs: number;
  /** When the next may begin. */
  readonly nextMs: number;
}

/** Rounds that are followed one by one; their rhythm is then taken for that of all later ones. */
const FOLLOWED_ROUNDS = 64;

/** Times of own work in rounds of at most `maxWork` items of `itemMs` milliseconds, by the simulator's own schedule. */
export const createOwnTime = (own: OwnWork, itemMs: number, maxWork: number): OwnTime => {
  const wholes: Round[] = [];
  /** What is under way when a round begins. */
  const schedules: OwnSchedule[] = [createOwnSchedule(own)];
  let rhythm: { readonly rounds: number; readonly ms: number } | undefined;

  // as the policy has it: two rounds at once at most, and none before the last one is ready
  const roundOf = (schedule: OwnSchedule, at: number, items: number): Round => {
    const before = wholes[at - 1];
    const beginMs = before?.nextMs ?? 0;
    const round = Array.from({ length: items }, () => schedule.add(beginMs, itemMs));
    const endMs = round.reduce((latest, { endMs: end }) => Math.max(latest, end), before?.endMs ?? 0);
    const readyMs = items > 1 ? (readyMsOf(round, own) ?? endMs) : endMs;
    return { beginMs, endMs, nextMs: Math.max(readyMs, before?.endMs ?? 0) };
  };

  const wholeAt = (at: number): Round => {
    for (let next = wholes.length; next <= at; next++) {
      const schedule = (schedules[next] as OwnSchedule).copy();
      const round = roundOf(schedule, next, maxWork);
      schedule.heardMs(round.nextMs);
      wholes.push(round);
      schedules.push(schedule);
    }
    return wholes[at] as Round;
  };

  const spanMs = (from: number, to: number): number => wholeAt(to).beginMs - wholeAt(from).beginMs;

  /** After how many rounds the places are taken as before; half of what was followed, where they never are. */
  const findRhythm = () => {
    const half = FOLLOWED_ROUNDS / 2;
    const last = FOLLOWED_ROUNDS - 1;
    const repeats = (rounds: number) =>
      Array.from({ length: half - rounds }, (_, back) => last - back).every(
        (at) => Math.abs(spanMs(at - 1, at) - spanMs(at - 1 - rounds, at - rounds)) < 1e-6,
      );
    let rounds = 1;
    while (rounds < half && !repeats(rounds)) rounds += 1;
    return { rounds, ms: spanMs(last - rounds, last) };
  };

  /** A round among the followed ones that has the same places, and how much earlier it is. */
  const likeOf = (round: number) => {
    if (round < FOLLOWED_ROUNDS) return { round, earlierMs: 0 };
    rhythm ??= findRhythm();
    const times = Math.ceil((round - FOLLOWED_ROUNDS + 1) / rhythm.rounds);
    return { round: round - times * rhythm.rounds, earlierMs: times * rhythm.ms };
  };

  const beginMs = (round: number) => {
    const like = likeOf(round);
    return wholeAt(like.round).beginMs + like.earlierMs;
  };

  const endMs = (round: number, items: number) => {
    const like = likeOf(round);
    if (items === maxWork) return wholeAt(like.round).endMs + like.earlierMs;
    if (like.round > 0) wholeAt(like.round - 1);
    const schedule = (schedules[like.round] as OwnSchedule).copy();
    return roundOf(schedule, like.round, items).endMs + like.earlierMs;
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
