import type { Clock, Outcome } from '../engine/index.ts';
import type { Tolerance } from '../engine/policy/index.ts';
import type { Progress } from './tally.ts';
import type { WindowLimits } from './windows.ts';

/** A window of a batch on its way to the function. */
export interface WindowRun {
  readonly items: readonly unknown[];
  /** Of this window in the batch, from 0. */
  readonly number: number;
  /** The version that has to answer, once known. */
  readonly version: string | undefined;
  readonly signal: AbortSignal;
  /** How many of its items may fail before the whole map has failed; undefined: any number. */
  readonly toleratedFailures: number | undefined;
  onOutcome(index: number, outcome: Outcome<unknown>): void;
  onVersion(version: string): void;
}

/** Runs a window; never rejects. `stopped` says why items are without an outcome, `late` that it is the deadline. */
export type RunWindow = (
  window: WindowRun,
) => Promise<{ readonly stopped: Error | undefined; readonly late?: boolean }>;

/** Everything a map is made of. */
export interface MapInput<Item> {
  readonly items: Iterable<Item> | AsyncIterable<Item>;
  readonly runWindow: RunWindow;
  /** The first error ends the map, or stands in its item's place. */
  readonly onError: 'raise' | 'collect';
  /** When to stop under `collect` all the same. Default: never. */
  readonly tolerance?: Tolerance | undefined;
  /** Epoch ms after which an input of unknown length is read no further. Default: none. */
  readonly deadline?: number | undefined;
  readonly limits: WindowLimits;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Told of every answer. What it throws ends the map. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** An item and its outcome. */
export interface Answer<Item> {
  readonly item: Item;
  readonly outcome: Outcome<unknown>;
}
