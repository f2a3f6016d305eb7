/** Work that takes longer than it should. */
export interface Straggling {
  /** Share of items that are slow for whoever works on them. */
  readonly items: number;
  /** Share of environments that are slow at every item. */
  readonly environments: number;
  /** How many times longer it takes, 1 or more. */
  readonly factor: number;
}

/** What may go wrong in a simulated tree; numbers are probabilities per call unless said otherwise. */
export interface Faults {
  /** The call is refused with 429 though there is room. */
  readonly throttle: number;
  /** The connection is reset while the child works: it goes on, and nobody hears it. */
  readonly lost: number;
  /** The reply arrives cut, and cannot be read. */
  readonly cut: number;
  /** The reply that arrives is one that somebody else was sent before. */
  readonly swapped: number;
  /** The reply arrives twice. */
  readonly duplicated: number;
  /** Per round of a child's own work: its environment dies at a random item of it. */
  readonly crash: number;
  /** Every child fails before it has done anything: its environment dies, or its handler cannot be run. */
  readonly broken?: 'crashes' | 'fails';
  /** Share of items that are invalid: a request that has them leaves them out of its tree. */
  readonly invalid: number;
  /** Indexes of the items that kill whoever works on them. */
  readonly poison: readonly number[];
  readonly straggling: Straggling;
  /** When the alias moves to a new version, in milliseconds of virtual time; absent, it stays. */
  readonly aliasMovesAtMs?: number;
  /** When the root is killed; it is called again at once, and continues a stored batch. Absent, it is not. */
  readonly rootKilledAtMs?: number;
}

/** A world in which nothing goes wrong. */
export const noFaults: Faults = Object.freeze({
  throttle: 0,
  lost: 0,
  cut: 0,
  swapped: 0,
  duplicated: 0,
  crash: 0,
  invalid: 0,
  poison: [],
  straggling: { items: 0, environments: 0, factor: 1 },
});
