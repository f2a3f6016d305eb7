import fc from 'fast-check';

/**
 * Ends shrinking after `limitMs`, with the smallest counterexample so far. The time runs from the first failure on:
 * fast-check's own `interruptAfterTimeLimit` counts from the first run, and on a slow machine would leave runs out.
 * For properties that are not asynchronous.
 */
export const shrinkAtMost =
  <T>(limitMs: number, now: () => number = () => performance.now()): fc.Plugin<T> =>
  () => {
    let untilMs = Number.POSITIVE_INFINITY;
    return {
      decorateRun: (run) => (value) => {
        if (now() >= untilMs) return new fc.PreconditionFailure(true);
        const outcome = run(value);
        if (outcome && 'error' in outcome) untilMs = Math.min(untilMs, now() + limitMs);
        return outcome;
      },
    };
  };
