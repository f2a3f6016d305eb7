import { judge, mostFailures, type Tolerance } from '../engine/policy/index.ts';
import { FailureToleranceError } from '../platform/index.ts';

/** How far a map is. */
export interface Progress {
  /** Items read from the input. */
  readonly read: number;
  /** Items answered, failed ones included. */
  readonly answered: number;
  readonly failed: number;
  /** Length of the input, where it says so beforehand. */
  readonly total: number | undefined;
}

/** What a map has come to so far, over all of its windows, and what follows from it. */
export interface Tally {
  read(items: number): void;
  answered(failed: boolean): void;
  /** The input has ended: what was read is all there is. */
  ended(): void;
  progress(): Progress;
  /** Whether enough have succeeded. @throws FailureToleranceError once too many have failed. */
  isEnough(): boolean;
  /** How many more may fail, as far as that is known; undefined: any number. */
  failuresLeft(): number | undefined;
}

/** Opens the tally of a map over `total` items, where that is known. Without a tolerance nothing follows from it. */
export const createTally = (total: number | undefined, tolerance: Tolerance | undefined): Tally => {
  const count = { read: 0, answered: 0, failed: 0 };
  let known = total;
  return {
    read: (items) => {
      count.read += items;
    },
    answered: (failed) => {
      count.answered += 1;
      if (failed) count.failed += 1;
    },
    ended: () => {
      known = count.read;
    },
    progress: () => ({ ...count, total }),
    isEnough: () => {
      if (!tolerance) return false;
      const { answered, failed } = count;
      const verdict = judge({ succeeded: answered - failed, failed, total: known }, tolerance);
      if (verdict.kind === 'too-many') throw new FailureToleranceError(verdict.message);
      return verdict.kind === 'enough';
    },
    failuresLeft: () => {
      const most = tolerance && mostFailures(tolerance, known);
      return most === undefined ? undefined : Math.max(0, most - count.failed);
    },
  };
};
