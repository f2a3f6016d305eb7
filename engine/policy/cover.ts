import type { Range } from './range.ts';

/** A range, and which of several ranges covers it. */
export interface Covered<R extends Range> extends Range {
  readonly by: R;
}

/**
 * Covers what ranges that overlap in any way have together, each index once: sorted, disjoint sub-ranges, as few as
 * there can be (from every index on, the range that reaches furthest).
 */
export const cover = <R extends Range>(ranges: readonly R[]): readonly Covered<R>[] => {
  const sorted = ranges.toSorted((a, b) => a.start - b.start);
  const covered: Covered<R>[] = [];
  let from = 0;
  let next = 0;
  while (next < sorted.length) {
    let furthest: R | undefined;
    for (let range = sorted[next]; range && range.start <= from; range = sorted[++next]) {
      if (range.end > (furthest?.end ?? from)) furthest = range;
    }
    if (furthest) {
      covered.push({ start: from, end: furthest.end, by: furthest });
      from = furthest.end;
    } else from = Math.max(from, sorted[next]?.start ?? from);
  }
  return covered;
};

/** What sorted, disjoint ranges leave of 0 to `length`. */
export const complement = (ranges: readonly Range[], length: number): readonly Range[] => {
  const gaps: Range[] = [];
  let from = 0;
  for (const { start, end } of ranges) {
    if (start > from && from < length) gaps.push({ start: from, end: Math.min(start, length) });
    from = Math.max(from, end);
  }
  if (from < length) gaps.push({ start: from, end: length });
  return gaps;
};

/** The ranges of the indexes below `length` for which `holds`. */
export const rangesWhere = (length: number, holds: (index: number) => boolean): readonly Range[] => {
  const ranges: Range[] = [];
  let start = -1;
  for (let index = 0; index <= length; index++) {
    const inside = index < length && holds(index);
    if (inside && start < 0) start = index;
    if (!inside && start >= 0) {
      ranges.push({ start, end: index });
      start = -1;
    }
  }
  return ranges;
};
