import type { TreeShape } from '../functions/recursion/invocation.ts';

/** The times of one simulated function, each drawn from `random` (uniform in [0, 1)); milliseconds. */
export interface Times {
  /** From the call to the handler's start on a warm environment, and the same for the way back. */
  latencyMs(random: () => number): number;
  /** What a cold start adds. */
  coldStartMs(random: () => number): number;
  /** Work on one item. */
  itemMs(random: () => number): number;
}

/** What may go wrong, as probabilities per call unless said otherwise. */
export interface Faults {
  /** The call is refused with 429 though there is room. */
  readonly throttle: number;
  /** The reply is lost or cut on its way: the work was done, its answer is gone. */
  readonly lostReply: number;
  /** The child's environment dies at a random moment of its work. */
  readonly crash: number;
  /** Indexes of items that kill whoever works on them. */
  readonly poison: ReadonlySet<number>;
}

/** A function with nothing going wrong. */
export const noFaults: Faults = Object.freeze({
  throttle: 0,
  lostReply: 0,
  crash: 0,
  poison: new Set<number>(),
});

/** One tree to simulate. */
export interface SimulationInput {
  readonly items: number;
  readonly shape: TreeShape;
  /** Environments busy at once before a call is answered with 429. */
  readonly concurrencyLimit: number;
  readonly times: Times;
  readonly faults: Faults;
  readonly seed: number;
  /** Whether the root works itself (a function) or only calls (the command). Default true. */
  readonly rootHands?: boolean;
  /** Entries of virtual time after which a tree counts as stuck. Default 10,000,000. */
  readonly patience?: number;
}

/** What one item came to. */
export type SimulatedOutcome = 'done' | 'failed';

/** What came of it. */
export interface SimulationResult {
  /** False when the tree was still going when patience ran out. */
  readonly ended: boolean;
  readonly outcomes: readonly (SimulatedOutcome | undefined)[];
  readonly makespanMs: number;
  /** Environments busy at once, the root's included. */
  readonly peak: number;
  readonly invocations: number;
  readonly coldStarts: number;
  readonly throttled: number;
  readonly depth: number;
  /** Time of all environments, cold starts included, in milliseconds. */
  readonly billedMs: number;
  /** Time of it spent on items whose answers counted. */
  readonly usefulMs: number;
  /** The largest number of items one call carried. */
  readonly largestCall: number;
  /** Calls whose chunk was not smaller than their parent's batch; 0 by the strict-shrink rule. */
  readonly notShrinking: number;
  /** Times in which somebody worked on an item, by item. */
  readonly worked: Uint8Array;
}
