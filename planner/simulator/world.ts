import type { Distribution } from './distribution.ts';

/** Other callers of the account, who share its limit. */
export interface OtherCallers {
  /** The most environments they are busy with. */
  readonly most: number;
  /** How often that changes, to anything from 0 to `most`; milliseconds. */
  readonly everyMs: number;
}

/** How fast one function may grow. */
export interface Scaling {
  /** New environments within any `perMs` milliseconds; more are answered with 429. */
  readonly environments: number;
  readonly perMs: number;
}

/** What the function runs in. */
export interface World {
  /** Environments of the account busy at once before a call is answered with 429. */
  readonly concurrencyLimit: number;
  readonly scaling: Scaling;
  /** Environments that are warm when the root is called. */
  readonly warm: number;
  readonly others: OtherCallers;
}

/** The times of the function. */
export interface Times {
  /** From the call to the handler's start in a warm environment, and again for the way back. */
  readonly latency: Distribution;
  /** What a cold start adds. */
  readonly coldStart: Distribution;
  /** Work on one item; drawn once per item, so that a retry takes as long as the first try. */
  readonly item: Distribution;
}

/**
 * Lambda's own rate: 1,000 new environments every 10 seconds per function, and what is not used is not saved up
 * (Lambda developer guide, "Understanding Lambda function scaling"). Held here over any 10 seconds.
 */
export const lambdaScaling: Scaling = Object.freeze({ environments: 1_000, perMs: 10_000 });

/** Nobody else. */
export const noOtherCallers: OtherCallers = Object.freeze({ most: 0, everyMs: 1_000 });
