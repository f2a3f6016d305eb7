import { type Range, sizeOf } from './range.ts';

/**
 * Chooses ranges that do not overlap, from ranges that may: by start, longest first, skipping what begins inside the
 * one before. What is chosen is sorted.
 */
export const disjoint = <R extends Range>(ranges: readonly R[]): readonly R[] => {
  const sorted = ranges.toSorted((a, b) => a.start - b.start || sizeOf(b) - sizeOf(a));
  let end = 0;
  return sorted.filter((range) => {
    if (range.start < end) return false;
    end = range.end;
    return true;
  });
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
