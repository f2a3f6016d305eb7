/** Something has changed: whoever waits looks again. */
export interface Notifier {
  ring(): void;
  /** Resolves with the next ring. */
  next(): Promise<void>;
}

/** Makes a notifier. */
export const createNotifier = (): Notifier => {
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
