/** What has to be undone at the end. */
export interface CleanUp extends AsyncDisposable {
  defer(step: () => unknown): void;
}

/** Undoes the last first, each step awaited, as `AsyncDisposableStack` does, which Node 22 does not have. */
export const openCleanUp = (): CleanUp => {
  const steps: (() => unknown)[] = [];
  return {
    defer: (step) => void steps.push(step),
    [Symbol.asyncDispose]: async () => {
      const failures: unknown[] = [];
      for (const step of steps.splice(0).reverse()) {
        try {
          await step();
        } catch (failure) {
          failures.push(failure);
        }
      }
      if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
    },
  };
};
