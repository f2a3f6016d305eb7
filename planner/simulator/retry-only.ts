import { freshRange, type State } from '../../engine/policy/index.ts';

/**
 * The state of a naive fan-out, under the engine's unchanged policy: own work has the first `own` items and never
 * anything else; the rest is for children alone, however often they are refused, and nothing is given back.
 *
 * It needs no other policy, only other marks: what is `local` no lane takes, what is quarantined own work never takes.
 */
export const retryOnly = (state: State, own: number): State => {
  const items = state.queue.at(-1)?.end ?? 0;
  return {
    ...state,
    rules: { ...state.rules, maxAttempts: Number.POSITIVE_INFINITY, hasParent: false },
    queue: [
      ...(own > 0 ? [{ ...freshRange(0, own), local: true }] : []),
      ...(own < items ? [{ ...freshRange(own, items), quarantined: true }] : []),
    ],
  };
};
