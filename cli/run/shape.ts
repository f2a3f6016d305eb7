import { treeDefaults } from '../../engine/limits.ts';

/** The shape of the tree, and how many environments it grows in. */
export interface RunShape {
  /** W */
  readonly maxWork: number;
  /** P */
  readonly parallel: number;
  /** S */
  readonly slots: number;
  /** Execution environments. */
  readonly concurrency: number;
}

/** Makes a tree of depth 2 of the 24 sample pictures: 3 children of 8 have 4 slots each, and children of their own. */
export const demonstrationShape: RunShape = { maxWork: 2, parallel: 3, slots: 12, concurrency: 4 };

/**
 * The shape of a run: what the command line says, else as it suits this machine. More slots than environments would
 * only be refused.
 *
 * @param cores what the machine runs at once
 */
export const chooseShape = (
  args: Partial<RunShape> & { readonly inputs: readonly string[]; readonly function?: string },
  cores: number,
): RunShape => {
  const concurrency = args.concurrency ?? cores;
  const fallback: RunShape =
    args.inputs.length === 0 && args.function === undefined
      ? demonstrationShape
      : {
          maxWork: treeDefaults.maxWorkPerRequest,
          parallel: treeDefaults.numParallelRequests,
          // what a function elsewhere may have is its own to say
          slots: args.function === undefined ? concurrency : treeDefaults.slots,
          concurrency,
        };
  return {
    maxWork: args.maxWork ?? fallback.maxWork,
    parallel: args.parallel ?? fallback.parallel,
    slots: args.slots ?? fallback.slots,
    concurrency: args.concurrency ?? fallback.concurrency,
  };
};
