/** Something has changed: whoever waits looks again. */
export interface Bell {
  ring(): void;
  /** Resolves with the next ring. */
  next(): Promise<void>;
}

/** Makes a bell. */
export const createBell = (): Bell => {
  let waiting: PromiseWithResolvers<void> | undefined;
  return {
    ring: () => {
      waiting?.resolve();
      waiting = undefined;
    },
    next: () => {
      waiting ??= Promise.withResolvers<void>();
      return waiting.promise;
    },
  };
};
