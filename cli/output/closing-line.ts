import { formatCount, formatRate } from './amounts.ts';

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
  /** Why it ended before the end, in a word or two; absent if it did not. */
  readonly early?: string | undefined;
}

/** `24 pictures, 0 failures, 7 invocations, depth 2, 1.1 s, 21.8 pictures/s`, on one line, without its end. */
export const closingLine = (closing: Closing): string => {
  const { pictures, answered, elapsedMs, early } = closing;
  const seconds = elapsedMs / 1000;
  const rate = seconds > 0 ? answered / seconds : 0;
  return [
    early === undefined
      ? formatCount(pictures, 'picture')
      : `${early}: ${answered.toLocaleString('en')} of ${formatCount(pictures, 'picture')}`,
    formatCount(closing.failures, 'failure'),
    formatCount(closing.invocations, 'invocation'),
    `depth ${closing.depth}`,
    ...(closing.crashes > 0 ? [formatCount(closing.crashes, 'crash', 'crashes')] : []),
    `${seconds.toFixed(seconds < 100 ? 1 : 0)} s`,
    `${formatRate(rate)} pictures/s`,
  ].join(', ');
};
