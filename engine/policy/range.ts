/** A contiguous part of a batch: the indexes `start` (included) to `end` (excluded). */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The range alone of what has more. */
export const rangeOf = ({ start, end }: Range): Range => ({ start, end });

/** How many items a range has. */
export const sizeOf = ({ start, end }: Range): number => end - start;

/** How many items disjoint ranges have together. */
export const sizeOfAll = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, range) => sum + sizeOf(range), 0);

/** The indexes of ranges, in their order. */
export const indexesOf = (ranges: readonly Range[]): readonly number[] =>
  ranges.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at));

/**
 * Splits a whole number into `weights.length` whole parts in proportion to the weights: part i is
 * ⌊total·c(i+1)/c(k)⌋ − ⌊total·c(i)/c(k)⌋ with c the running sum of the weights. The parts add up to `total`,
 * and with equal weights differ by at most one, without remainder cases.
 */
export const share = (total: number, weights: readonly number[]): readonly number[] => {
  const sum = weights.reduce((a, b) => a + b, 0);
  let before = 0;
  return weights.map((weight) => {
    const from = Math.floor((total * before) / sum);
    before += weight;
    return Math.floor((total * before) / sum) - from;
  });
};

/** Splits a whole number into `parts` whole parts that differ by at most one. */
export const shareEvenly = (total: number, parts: number): readonly number[] =>
  share(
    total,
    Array.from({ length: parts }, () => 1),
  );
