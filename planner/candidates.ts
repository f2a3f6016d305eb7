/** Each candidate is about this many times the one before. */
const GROWTH = 1.2;

/** Parts that a whole is cut into, at most. */
const PARTS = 24;

/** How far neighbours go. */
const REACH = 3;

/**
 * Whole numbers from 1 to `most` worth trying: a geometric series, and what cuts each of `wholes` into equal parts,
 * for between two such numbers a tree only becomes less even.
 */
export const candidates = (most: number, wholes: readonly number[]): readonly number[] => {
  const found = new Set([1, most]);
  for (let value = 1; value < most; value = Math.max(value + 1, Math.round(value * GROWTH))) found.add(value);
  for (const whole of wholes) {
    for (let part = 1; part <= PARTS; part++) found.add(Math.ceil(whole / part));
  }
  return [...found].filter((value) => value >= 1 && value <= most).toSorted((a, b) => a - b);
};

/** Whole numbers near `value`, from 1 to `most`. */
export const neighbours = (value: number, most: number): readonly number[] =>
  Array.from({ length: 2 * REACH + 1 }, (_, at) => value + at - REACH).filter(
    (near) => near >= 1 && near <= most,
  );
