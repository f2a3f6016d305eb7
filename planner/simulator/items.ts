import { type Distribution, draw } from './distribution.ts';
import type { Straggling } from './faults.ts';
import { seededRandom } from './random.ts';

/** Marks of an item's place in a reply. */
export const marks = Object.freeze({ open: 0, answered: 1, failed: 2 });

/** What an invocation knows of its items: per place a mark, and the answer where the mark says so. */
export interface Outcomes {
  readonly marks: Uint8Array;
  readonly answers: Uint32Array;
}

/** Outcomes of `size` items that nobody has worked on. */
export const openOutcomes = (size: number): Outcomes => ({
  marks: new Uint8Array(size),
  answers: new Uint32Array(size),
});

/**
 * The work of the simulated function: an item in, its answer out. A bijection (an odd multiplier modulo 2^32), so
 * that no item's answer can pass for another's.
 */
export const answerOf = (item: number): number => (Math.imul(item, 0x9e3779b1) ^ 0x5f356495) >>> 0;

/** The items of a batch. */
export const makeItems = (size: number): Uint32Array =>
  Uint32Array.from({ length: size }, (_, index) => index);

/** Marks the items of which so large a share is invalid. */
export const drawInvalid = (size: number, share: number, seed: number): Uint8Array => {
  const random = seededRandom(seed ^ 0x165667b1);
  return Uint8Array.from({ length: size }, () => (share > 0 && random() < share ? 1 : 0));
};

/** How long each item takes in an environment that is not slow, in milliseconds. */
export const itemTimes = (
  size: number,
  times: Distribution,
  straggling: Straggling,
  seed: number,
): Float64Array => {
  const random = seededRandom(seed ^ 0x27d4eb2f);
  const spent = new Float64Array(size);
  for (let item = 0; item < size; item++) {
    const usual = draw(times, random);
    const slow = straggling.items > 0 && random() < straggling.items;
    spent[item] = slow ? usual * straggling.factor : usual;
  }
  return spent;
};
