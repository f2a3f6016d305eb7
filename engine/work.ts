import type { Outcome } from './policy/outcome.ts';

/** What a work function may know of the invocation it runs in. */
export interface WorkContext<Options> {
  /** Aborted at the deadline, at the first error under `raise`, and when the caller has gone. */
  readonly signal: AbortSignal;
  /** Epoch ms by which this invocation's answer must be on its way. */
  readonly deadline: number;
  /** The invocation's place in the tree: `0`, `0.3`, `0.3.7`. */
  readonly path: string;
  /** The request's options of the function's own, validated. */
  readonly options: Options;
  /** States what the work was done with, for the summary: `identify('model', sha256)`. */
  identify(name: string, value: string): void;
  /** Says an item's outcome (index within the round) as soon as it is known, ahead of the returned list. */
  report(index: number, outcome: Outcome<unknown>): void;
  /** Says that these items no longer keep the machine busy: the next round may start already. */
  ready(): void;
}

/**
 * Works on a round of items and answers one outcome for each, in their order. It observes `context.signal`: items not
 * done by then are pending, which is `undefined` (or the signal's reason itself as their error). What it throws is the
 * answer for each of the items; once the signal is aborted, they are pending.
 */
export type Work<Item, Result, Options> = (
  items: readonly Item[],
  context: WorkContext<Options>,
) => Promise<readonly (Outcome<Result> | undefined)[]>;
