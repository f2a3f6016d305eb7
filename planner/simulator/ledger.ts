/** What is counted while a tree runs. */
export interface LedgerCounts {
  /** Invocations that ran. */
  readonly invocations: number;
  readonly coldStarts: number;
  /** Calls refused with 429, by the world or by chance. */
  readonly throttled: number;
  /** Replies that came to nothing: lost, cut, swapped. */
  readonly lostReplies: number;
  readonly crashes: number;
  /** Invocations that ended because every child of theirs had failed. */
  readonly fuses: number;
  /** Children that refused because they were of another version. */
  readonly skewed: number;
  /** Events that the policy has decided on, in all invocations. */
  readonly steps: number;
  /** The greatest distance from the root. */
  readonly depth: number;
  /** Invocations of the tree at once: those whose answer somebody still waits for, the root included. */
  readonly peak: number;
  /** Environments busy at once, those included whose parent died or stopped listening. */
  readonly peakEnvironments: number;
  /** Invocations that ran on without anybody waiting for them. */
  readonly orphans: number;
  /** The largest number of items one call carried. */
  readonly largestCall: number;
  /** Calls whose chunk was not smaller than their parent's batch; 0 by the strict-shrink rule. */
  readonly notShrinking: number;
  /** Time of all environments, each invocation rounded up to whole milliseconds as Lambda does, init included. */
  readonly billedMs: number;
}

/** The counts while they change. */
export type Ledger = { -readonly [Count in keyof LedgerCounts]: LedgerCounts[Count] } & {
  /** Invocations that somebody waits for, at present. */
  attached: number;
  /** Sum of the times at which the environments that are busy at present were taken, in milliseconds. */
  busySinceMs: number;
};

/** A ledger in which nothing has happened. */
export const openLedger = (): Ledger => ({
  invocations: 0,
  coldStarts: 0,
  throttled: 0,
  lostReplies: 0,
  crashes: 0,
  fuses: 0,
  skewed: 0,
  steps: 0,
  depth: 0,
  peak: 0,
  peakEnvironments: 0,
  orphans: 0,
  largestCall: 0,
  notShrinking: 0,
  billedMs: 0,
  attached: 0,
  busySinceMs: 0,
});
