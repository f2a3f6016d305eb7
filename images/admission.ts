import { createSemaphore, ImageTooLargeError } from '../platform/index.ts';

/** Memory that the decodes of one process share. */
export interface Admission {
  /**
   * Does work that takes so many bytes once there is room for it beside what else is under way, in the order asked.
   *
   * @throws ImageTooLargeError for more than there is altogether; the reason of `signal` once that is aborted, while it
   *   waits; what the work throws.
   */
  admit<Result>(bytes: number, work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Does work while nothing else of this process decodes. */
  alone<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Resolves when all that is under way now has ended; undefined where nothing is. */
  underWay(): Promise<void> | undefined;
}

/** Half of a function's memory: the other half is for Node, the model, downloads and results. */
const SHARE = 0.5;

/** Where nobody says how much memory there is: enough for the largest picture that is decoded in full, several times. */
const UNSAID_BYTES = 2 ** 30;

/** What decodes may take of a function's memory (MB), in bytes. Default 1 GiB. */
export const decodeMemory = (memoryMb: number | undefined): number =>
  memoryMb === undefined ? UNSAID_BYTES : Math.floor(memoryMb * 2 ** 20 * SHARE);

/** Makes an admission of so many bytes. */
export const createAdmission = (totalBytes: number): Admission => {
  const room = createSemaphore(totalBytes);
  const running = new Set<Promise<unknown>>();

  const inside = <Result>(
    units: number,
    work: () => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> =>
    room.run(
      async () => {
        const doing = work();
        running.add(doing);
        try {
          return await doing;
        } finally {
          running.delete(doing);
        }
      },
      { units, signal },
    );

  return {
    admit: async (bytes, work, signal) => {
      if (bytes > totalBytes) {
        throw new ImageTooLargeError(
          `Expected a picture that takes at most ${mib(totalBytes)} MiB to decode (half of the function's memory), ` +
            `received one that takes ${mib(bytes)} MiB`,
        );
      }
      return inside(bytes, work, signal);
    },
    alone: (work, signal) => inside(totalBytes, work, signal),
    underWay: () => (running.size === 0 ? undefined : Promise.allSettled(running).then(() => {})),
  };
};

const mib = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
