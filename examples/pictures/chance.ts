/** Park and Miller's minimal standard generator (CACM 31:10, 1988; multiplier as revised in CACM 36:7, 1993). */
const MULTIPLIER = 48_271;
const MODULUS = 2_147_483_647;

/** Numbers drawn at random, the same ones on every run. */
export interface Chance {
  /** Uniform in [low, high). */
  readonly between: (low: number, high: number) => number;
  /** One of the choices, each as likely. */
  readonly pick: (...choices: readonly [string, ...string[]]) => string;
}

/** A source of chance from `seed`, an integer in [1, 2^31 - 2]. */
export const chance = (seed: number): Chance => {
  let state = seed;
  const between = (low: number, high: number): number => {
    state = (state * MULTIPLIER) % MODULUS;
    return low + ((high - low) * state) / MODULUS;
  };
  return {
    between,
    pick: (...choices) => choices[Math.floor(between(0, choices.length))] ?? choices[0],
  };
};
