import type { WireError } from '../../platform/index.ts';

/** Where and how an item was answered, with measures in milliseconds; given when `receipts` is asked for. */
export type Receipt = Readonly<Record<string, string | number | boolean>>;

/** The answer for one item: a value or an error, as JSON. */
export type Outcome<Result> =
  | { readonly results: Result; readonly receipt?: Receipt }
  | { readonly error: WireError; readonly receipt?: Receipt };

/** What a caller is told of an item that is pending at the end. */
export const pendingError: WireError = Object.freeze({
  name: 'DeadlineExceededError',
  message: 'Not done when the deadline came.',
});

/** What a caller is told of it where the batch ended before, because enough had succeeded. */
export const notWantedError: WireError = Object.freeze({
  name: 'AbortError',
  message: 'Not done: as many items had succeeded as minSuccessful asks for.',
});

/** Stands for the outcome of an item whose result is on its way to a part, or to the caller; one object for all of them. */
export const storedResult: Outcome<unknown> = Object.freeze({ results: null });

/** The same for an item that failed. */
export const storedError: Outcome<unknown> = Object.freeze({
  error: Object.freeze({ name: 'StoredError', message: 'Its error is among the stored results.' }),
});

/** Counts of a subtree, added up on the way to the root. */
export interface TreeStats {
  /** Invocations that ran, this one included. */
  readonly invocations: number;
  /** The greatest distance from the root. */
  readonly depth: number;
  /** Calls refused with 429. */
  readonly throttled: number;
  /** Chunks sent again, whatever the reason but a throttle. */
  readonly retried: number;
}

/** Nothing has happened. */
export const noStats: TreeStats = Object.freeze({
  invocations: 0,
  depth: 0,
  throttled: 0,
  retried: 0,
});

/** The counts of two subtrees together. */
export const addStats = (a: TreeStats, b: TreeStats): TreeStats => ({
  invocations: a.invocations + b.invocations,
  depth: Math.max(a.depth, b.depth),
  throttled: a.throttled + b.throttled,
  retried: a.retried + b.retried,
});

/** What one invocation did itself, as opposed to its subtree. */
export interface OwnCounts {
  /** Children that ran. */
  readonly children: number;
  /** Its calls that were refused with 429. */
  readonly throttled: number;
  /** Items its own work took over beyond the share it had planned for itself. */
  readonly takenOver: number;
  /** Items of its own work. */
  readonly worked: number;
}
