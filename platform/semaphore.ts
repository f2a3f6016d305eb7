/** So many at once, and the others wait their turn. */
export interface Semaphore {
  /**
   * Resolves with `true` when there is room, which then is taken until `leave`; the lowest `priority` first (default
   * 0), those of one priority in their order. Resolves with `false`, and nothing is taken, when `signal` is aborted
   * before.
   */
  enter(signal?: AbortSignal, priority?: number): Promise<boolean>;
  /** Gives room back; once for every `enter` that resolved with `true`. */
  leave(): void;
}

interface Waiting {
  readonly priority: number;
  readonly go: () => void;
}

/** Makes a semaphore with room for `size`, 1 or more. */
export const createSemaphore = (size: number): Semaphore => {
  let free = size;
  const waiting: Waiting[] = [];

  const waitFor = (priority: number, signal: AbortSignal | undefined): Promise<boolean> =>
    new Promise((resolve) => {
      const place: Waiting = {
        priority,
        go: () => {
          signal?.removeEventListener('abort', giveUp);
          resolve(true);
        },
      };
      const giveUp = () => {
        waiting.splice(waiting.indexOf(place), 1);
        resolve(false);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      const behind = waiting.findIndex((other) => other.priority > priority);
      waiting.splice(behind === -1 ? waiting.length : behind, 0, place);
    });

  return {
    enter: (signal, priority = 0) => {
      if (signal?.aborted) return Promise.resolve(false);
      if (free === 0) return waitFor(priority, signal);
      free -= 1;
      return Promise.resolve(true);
    },
    leave: () => {
      const next = waiting.shift();
      if (next) next.go();
      else free += 1;
    },
  };
};
