/**
 * How many items may fail, or have to succeed, for a batch to go on. The words and their meaning are those of Step
 * Functions' Distributed Map (`ToleratedFailureCount`, `ToleratedFailurePercentage`: exceeding either fails the batch)
 * and of durable functions (`minSuccessful`: the batch is done as soon as that many have succeeded).
 */
export interface Tolerance {
  /** Failed items up to which the batch goes on; 0 or more. */
  readonly toleratedFailureCount?: number | undefined;
  /** The same in per cent of all items, 0 to 100. */
  readonly toleratedFailurePercentage?: number | undefined;
  /** Succeeded items with which the batch is done, 1 or more; that fewer can succeed fails it. */
  readonly minSuccessful?: number | undefined;
}

/** Items so far, and in all. */
export interface Tally {
  readonly succeeded: number;
  readonly failed: number;
  /** Absent where it is not known yet: then only counts are judged. */
  readonly total?: number | undefined;
}

/** Whether to go on, to stop with success, or to stop with the reason why not. */
export type Verdict =
  | { readonly kind: 'go-on' | 'enough' }
  | { readonly kind: 'too-many'; readonly message: string };

const all = Number.POSITIVE_INFINITY;

/** The most of `total` items that a percentage lets fail; 100 lets all. */
const mostByPercentage = (percentage: number, total: number): number =>
  percentage < 100 ? Math.floor((percentage * total) / 100) : all;

/**
 * The most of `total` items that may fail, by all three; where the total is not known, by their number alone. Undefined:
 * any number. Whoever has more failures than that among its own items knows the verdict on the whole.
 */
export const mostFailures = (
  { toleratedFailureCount = all, toleratedFailurePercentage = 100, minSuccessful }: Tolerance,
  total?: number,
): number | undefined => {
  const byTotal =
    total === undefined
      ? all
      : Math.min(
          mostByPercentage(toleratedFailurePercentage, total),
          minSuccessful === undefined ? all : Math.max(0, total - minSuccessful),
        );
  const most = Math.min(toleratedFailureCount, byTotal);
  return most === all ? undefined : most;
};

/** Judges a batch by what has come of it so far. */
export const judge = ({ succeeded, failed, total }: Tally, tolerance: Tolerance): Verdict => {
  const { toleratedFailureCount = all, toleratedFailurePercentage = 100, minSuccessful = all } = tolerance;
  if (succeeded >= minSuccessful) return { kind: 'enough' };
  const of = total === undefined ? '' : ` of ${total}`;
  const exceeded = (expected: string): Verdict => ({
    kind: 'too-many',
    message: `Expected ${expected}; ${failed}${of} items have failed.`,
  });
  if (failed > toleratedFailureCount) return exceeded(`at most ${toleratedFailureCount} items to fail`);
  if (total === undefined) return { kind: 'go-on' };
  if (failed > mostByPercentage(toleratedFailurePercentage, total)) {
    return exceeded(`at most ${toleratedFailurePercentage} % of the items to fail`);
  }
  if (minSuccessful !== all && total - failed < minSuccessful) {
    return exceeded(`at least ${minSuccessful} items to succeed`);
  }
  return { kind: 'go-on' };
};
