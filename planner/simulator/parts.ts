import { INLINE_RESULTS_BYTES, PART_AGE_MS, PART_BYTES } from '../../engine/limits.ts';
import { type Range, rangesWhere } from '../../engine/policy/index.ts';

/** Results of a stored batch that an invocation hands to its parent: in parts, or on their way to one. */
export interface StoredResults {
  readonly parts: readonly Range[];
  readonly lines: readonly number[];
}

/** What one invocation keeps of its results until they are in a part, and the parts it knows of. */
export interface PartBook {
  /** The result of an item, by its index in the batch. */
  add(item: number): void;
  takeOver(results: StoredResults): void;
  /** What goes to the parent; the root has none, and writes all. */
  finish(hasParent: boolean): StoredResults;
}

interface PartBookInput {
  /** Of one result, bytes. */
  readonly resultBytes: number;
  readonly now: () => number;
  /** Writes a part: from then on it is there, whoever dies. */
  readonly write: (part: Range) => void;
}

/** Opens the book of one invocation. Parts are written by the bounds of the engine's own writer, and at once. */
export const openPartBook = ({ resultBytes, now, write }: PartBookInput): PartBook => {
  const parts: Range[] = [];
  const held = new Map<number, number>();
  let oldestMs = Number.POSITIVE_INFINITY;

  const writeHeld = (): void => {
    const items = [...held.keys()].sort((a, b) => a - b);
    // consecutive places of consecutive items are one part
    for (const { start, end } of rangesOf(items)) {
      const part = { start, end };
      parts.push(part);
      write(part);
    }
    held.clear();
    oldestMs = Number.POSITIVE_INFINITY;
  };
  const hold = (item: number): void => {
    held.set(item, now());
    oldestMs = Math.min(oldestMs, now());
  };
  const look = (): void => {
    if (held.size * resultBytes >= PART_BYTES || now() - oldestMs >= PART_AGE_MS) writeHeld();
  };

  return {
    add: (item) => {
      hold(item);
      look();
    },
    takeOver: (results) => {
      parts.push(...results.parts);
      results.lines.forEach(hold);
      look();
    },
    finish: (hasParent) => {
      if (!hasParent || held.size * resultBytes > INLINE_RESULTS_BYTES) writeHeld();
      return { parts, lines: [...held.keys()] };
    },
  };
};

/** Sorted indexes as ranges. */
const rangesOf = (sorted: readonly number[]): readonly Range[] => {
  const isIn = new Set(sorted);
  const [first = 0] = sorted;
  const length = (sorted.at(-1) ?? first - 1) - first + 1;
  return rangesWhere(length, (at) => isIn.has(first + at)).map(({ start, end }) => ({
    start: start + first,
    end: end + first,
  }));
};
