/** Intervals between own outcomes before they say anything of the whole: a round of the default W. */
const LEAST_INTERVALS = 8;

/**
 * How far beyond its deadline a batch has to be. Of a batch that ends in time these few items would have to take more than
 * twice as long as its others; one that is told to go on without need costs what is left of the gateway's time.
 */
const FAR = 2;

/** How fast own work has been, from its first outcome on: what loads with the first item is no part of the others' time. */
export interface Pace {
  readonly intervals: number;
  /** Epoch ms of the first outcome and of the latest. */
  readonly firstMs: number;
  readonly latestMs: number;
  /** The longest interval, ms. */
  readonly longestMs: number;
}

/** One own outcome more. */
export const afterOwnOutcome = (pace: Pace | undefined, nowMs: number): Pace =>
  pace
    ? {
        ...pace,
        intervals: pace.intervals + 1,
        latestMs: nowMs,
        longestMs: Math.max(pace.longestMs, nowMs - pace.latestMs),
      }
    : { intervals: 0, firstMs: nowMs, latestMs: nowMs, longestMs: 0 };

/**
 * Time per item, ms, the longest interval left out: one slow picture says nothing of the others. Outcomes that come
 * together, round by round, make it shorter than it is, never longer. Undefined while there are too few.
 */
export const paceOf = ({ intervals, firstMs, latestMs, longestMs }: Pace): number | undefined =>
  intervals < LEAST_INTERVALS ? undefined : (latestMs - firstMs - longestMs) / (intervals - 1);

/** A batch and the time it has. */
export interface Outlook {
  readonly items: number;
  /** Own time per item, ms. */
  readonly itemMs: number;
  readonly slots: number;
  /** When it began and when it has to be done, epoch ms. */
  readonly startedMs: number;
  readonly deadlineMs: number;
}

/** What the whole takes at least, ms: every slot busy from the first moment to the last. */
export const leastMs = ({ items, itemMs, slots }: Pick<Outlook, 'items' | 'itemMs' | 'slots'>): number =>
  (items * itemMs) / slots;

/**
 * Whether a batch cannot be done by its deadline, whatever happens. The whole is held against the whole time, not what is
 * left against what is left: children say what they have done when they end.
 */
export const isHopeless = (outlook: Outlook): boolean =>
  leastMs(outlook) > FAR * (outlook.deadlineMs - outlook.startedMs);
