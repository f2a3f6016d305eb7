import type { Environments } from './environments.ts';
import type { VirtualTime } from './virtual-time.ts';

/**
 * Refusals per waiting invocation, on average, after which waiting counts as waiting for ever. The engine gives a
 * slot back after three in a row.
 */
const REFUSALS_PER_SLOT = 20;

/** Tells a tree that is slow from one in which nothing can happen any more. */
export interface DeadlockWatch {
  /** Runs `run` at that instant, in its turn. Until then something is under way: a start, a round of work, a reply. */
  underWay(atMs: number, run: () => void, turn?: number): void;
  /** Notes that a call was refused for want of a slot. */
  refused(): void;
  /** What is known of the deadlock, once there is one. */
  deadlock(): { readonly sinceMs: number; readonly waiting: number; readonly refusals: number } | undefined;
}

/**
 * Watches for the deadlock of a fan-out: the whole limit is held by invocations of the tree, none of them has
 * anything under way but calls, and every call is refused, for there is no slot until one of them ends. Then time
 * is stopped.
 */
export const createDeadlockWatch = (time: VirtualTime, environments: Environments): DeadlockWatch => {
  let pending = 0;
  let refusals = 0;
  let sinceMs = 0;
  let found: ReturnType<DeadlockWatch['deadlock']>;
  const moved = () => {
    refusals = 0;
    sinceMs = time.now();
  };
  return {
    underWay(atMs, run, turn) {
      pending += 1;
      const arrive = () => {
        pending -= 1;
        moved();
        run();
      };
      time.at(atMs, arrive, turn);
    },
    refused() {
      if (pending > 0 || !environments.allOurs()) return moved();
      refusals += 1;
      const waiting = environments.busy();
      if (refusals < REFUSALS_PER_SLOT * waiting) return;
      found = { sinceMs, waiting, refusals };
      time.stop();
    },
    deadlock: () => found,
  };
};
