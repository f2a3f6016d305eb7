import { formatCount, formatDollars, formatRate } from './amounts.ts';

/** What the last line says. */
export interface Closing {
  /** Of the batch. */
  readonly pictures: number;
  /** Of them answered, with results or a failure. */
  readonly answered: number;
  readonly failures: number;
  readonly invocations: number;
  readonly depth: number;
  /** Execution environments that ended in the middle of an invocation. */
  readonly crashes: number;
  readonly elapsedMs: number;
  /** What it took of execution environments, and what that costs on AWS at list price; absent where it is not known. */
  readonly used?:
    | { readonly coldStarts: number; readonly mostSlots: number; readonly usd: number }
    | undefined;
  /** Why it ended before the end, in a word or two; absent if it did not. */
  readonly early?: string | undefined;
}

/**
 * `24 pictures, 0 failures, 7 invocations, depth 2, 4 cold starts, 4 slots, 1.1 s, 21.8 pictures/s, $0.0003 on AWS`, on one
 * line, without its end.
 */
export const closingLine = (closing: Closing): string => {
  const { pictures, answered, elapsedMs, early, used } = closing;
  const seconds = elapsedMs / 1000;
  const rate = seconds > 0 ? answered / seconds : 0;
  return [
    early === undefined
      ? formatCount(pictures, 'picture')
      : `${early}: ${answered.toLocaleString('en')} of ${formatCount(pictures, 'picture')}`,
    formatCount(closing.failures, 'failure'),
    formatCount(closing.invocations, 'invocation'),
    `depth ${closing.depth}`,
    ...(used ? [formatCount(used.coldStarts, 'cold start'), formatCount(used.mostSlots, 'slot')] : []),
    ...(closing.crashes > 0 ? [formatCount(closing.crashes, 'crash', 'crashes')] : []),
    `${seconds.toFixed(seconds < 100 ? 1 : 0)} s`,
    `${formatRate(rate)} pictures/s`,
    ...(used ? [`${formatDollars(used.usd)} on AWS`] : []),
  ].join(', ');
};
