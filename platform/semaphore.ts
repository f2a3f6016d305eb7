/** A turn of work. */
export interface Turn {
  /** Aborted while it waits, it does not begin. */
  readonly signal?: AbortSignal | undefined;
  /** The lowest begins first, those of one in their order. Default 0. */
  readonly priority?: number;
  /** Of the semaphore's room, at most all of it. Default 1. */
  readonly units?: number;
}

/** So much at once, and the others wait their turn. */
export interface Semaphore {
  /**
   * Does work as soon as there is room for it.
   *
   * @throws the signal's reason where that is aborted before; what the work throws.
   */
  run<Result>(work: () => Promise<Result>, turn?: Turn): Promise<Result>;
}

interface Waiting {
  readonly priority: number;
  readonly units: number;
  readonly go: () => void;
}

/** Makes a semaphore with room for `size` units, 1 or more. */
export const createSemaphore = (size: number): Semaphore => {
  let free = size;
  const waiting: Waiting[] = [];

  const letIn = () => {
    // in their order, so that a large one is not overtaken for ever
    for (let next = waiting[0]; next !== undefined && next.units <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.units;
      next.go();
    }
  };

  const enter = ({ signal, priority = 0, units = 1 }: Turn): Promise<void> =>
    new Promise((resolve, reject) => {
      const place: Waiting = {
        priority,
        units,
        go: () => {
          signal?.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      const giveUp = () => {
        waiting.splice(waiting.indexOf(place), 1);
        reject(signal?.reason);
        letIn();
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      const behind = waiting.findIndex((other) => other.priority > priority);
      waiting.splice(behind === -1 ? waiting.length : behind, 0, place);
      letIn();
    });

  return {
    run: async (work, turn = {}) => {
      turn.signal?.throwIfAborted();
      await enter(turn);
      try {
        return await work();
      } finally {
        free += turn.units ?? 1;
        letIn();
      }
    },
  };
};
