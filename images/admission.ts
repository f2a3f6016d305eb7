import { ImageTooLargeError } from '../platform/index.ts';

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

interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
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
  let free = totalBytes;
  const waiting: Waiting[] = [];
  const running = new Set<Promise<unknown>>();

  const letIn = (): void => {
    // in the order asked, so that a large one is not overtaken for ever
    for (let next = waiting[0]; next !== undefined && next.bytes <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.bytes;
      next.go();
    }
  };

  const enter = (bytes: number, signal: AbortSignal | undefined): Promise<void> => {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const place: Waiting = {
        bytes,
        go: () => {
          signal?.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(place), 1);
        reject(signal?.reason);
        letIn();
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      waiting.push(place);
      letIn();
    });
  };

  const inside = async <Result>(
    bytes: number,
    work: () => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> => {
    await enter(bytes, signal);
    const doing = work();
    running.add(doing);
    try {
      return await doing;
    } finally {
      running.delete(doing);
      free += bytes;
      letIn();
    }
  };

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
