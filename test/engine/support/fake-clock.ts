import type { Clock } from '../../../engine/child/ports.ts';

/** A clock that a test moves. */
export interface FakeClock extends Clock {
  /** Lets time pass, running what is due on the way, in order. */
  advance(ms: number): void;
  /** How many callbacks still wait for their time. */
  waiting(): number;
}

/** Starts at epoch + 1,000,000 ms; chance always draws `random`. */
export const createFakeClock = (random = 0.5): FakeClock => {
  const timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  let nowMs = 1_000_000;
  const due = (untilMs: number) =>
    [...timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  return {
    now: () => nowMs,
    random: () => random,
    at: (atMs, callback) => {
      const timer = { atMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (ms) => {
      const untilMs = nowMs + ms;
      for (let timer = due(untilMs); timer; timer = due(untilMs)) {
        timers.delete(timer);
        nowMs = Math.max(nowMs, timer.atMs);
        timer.callback();
      }
      nowMs = untilMs;
    },
    waiting: () => timers.size,
  };
};
