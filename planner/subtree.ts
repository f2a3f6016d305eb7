/** All invocations of one distance from the root. */
export interface Level {
  readonly invocations: number;
  /** The fewest and the most items one of them was given. */
  readonly smallest: number;
  readonly largest: number;
}

/** What an invocation and all below it come to. */
export interface Subtree {
  readonly invocations: number;
  readonly coldStarts: number;
  /** The most invocations that may run at once. */
  readonly peak: number;
  /** From the handler's start to its answer, in milliseconds. */
  readonly wallMs: number;
  /** Time of all environments, cold starts included, in milliseconds. */
  readonly billedMs: number;
  /** Items carried by all calls together: an item counts once per level it passes. */
  readonly carried: number;
  /** Calls, and so requests and replies. */
  readonly calls: number;
  /** The largest number of items one call carries. */
  readonly largestCall: number;
  /** By distance from this invocation; it is the first. */
  readonly levels: readonly Level[];
}

/** The sums of a subtree while it is added up. */
export type SubtreeSums = {
  -readonly [Sum in keyof Omit<Subtree, 'wallMs' | 'levels' | 'peak'>]: Subtree[Sum];
} & { levels: Level[] };

const mergeLevel = (a: Level | undefined, b: Level, times: number): Level => ({
  invocations: (a?.invocations ?? 0) + times * b.invocations,
  smallest: Math.min(a?.smallest ?? Number.POSITIVE_INFINITY, b.smallest),
  largest: Math.max(a?.largest ?? 0, b.largest),
});

/** Adds a child that is called `times` times with `items` items each to its parent's sums. */
export const addChild = (sums: SubtreeSums, child: Subtree, items: number, times: number): void => {
  sums.invocations += times * child.invocations;
  sums.coldStarts += times * child.coldStarts;
  sums.billedMs += times * child.billedMs;
  sums.carried += times * (child.carried + items);
  sums.calls += times * (child.calls + 1);
  sums.largestCall = Math.max(sums.largestCall, items, child.largestCall);
  child.levels.forEach((level, depth) => {
    sums.levels[depth + 1] = mergeLevel(sums.levels[depth + 1], level, times);
  });
};
