import type { Tolerance } from '../engine/policy/index.ts';
import type { Progress } from './tally.ts';

/** The function's own options, and whether every result comes with its receipt. */
export type CallOptions<Options> = Options & { readonly receipts?: boolean };

/** Options of a function of which nothing is known. */
export type AnyOptions = Readonly<Record<string, unknown>>;

/** What a map may be told. */
export interface MapOptions<Options = AnyOptions> extends Tolerance {
  readonly options?: CallOptions<Options>;
  /** Ends the map: open calls are aborted, and the iteration throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told when calls were refused or lost, and none is made before `untilMs` (epoch ms); `why` is what the last one met. */
  readonly onWaiting?: (untilMs: number, why: string) => void;
  /** Epoch ms by which all must be done. Default: none. */
  readonly deadline?: number;
  /** Told of every answer, in whatever order they come. What it throws ends the map. */
  readonly onProgress?: (progress: Progress) => void;
  /** Most items in one window, of which three are held at once. Default: 4 · W · S, that is 3,200. */
  readonly windowItems?: number;
}
