import {
  defaultSimulation,
  fixed,
  policies,
  type SimulationInput,
  simulate,
} from '../planner/simulator/index.ts';

const IMAGE_MS = 100;

/** One million images on 1,000 warm slots, images taking 100 ms at the median. */
const million: SimulationInput = {
  ...defaultSimulation,
  items: 1_000_000,
  shape: { ...defaultSimulation.shape, slots: 1_000 },
  world: { ...defaultSimulation.world, warm: 1_000 },
  times: { ...defaultSimulation.times, item: { kind: 'lognormal', medianMs: IMAGE_MS, sigma: 0.3 } },
  seed: 7,
};

/** The deadlock of a naive fan-out: ten environments, and more slots than that. */
const narrow = (items: number): SimulationInput => ({
  ...defaultSimulation,
  items,
  world: { ...defaultSimulation.world, concurrencyLimit: 10 },
  times: { latency: fixed(1), coldStart: fixed(0), item: fixed(IMAGE_MS) },
});

const millionRow = (): void => {
  const startMs = performance.now();
  const { makespanMs, lowerBoundMs, usefulMs, billedMs, dollars } = simulate(million);
  const tookMs = performance.now() - startMs;
  console.log(
    `simulation, 1,000,000 images, 1,000 warm slots: makespan ${(makespanMs / 1000).toFixed(1)} s, ` +
      `${(makespanMs / lowerBoundMs).toFixed(3)} × the lower bound (target 1.10), ` +
      `useful share ${((100 * usefulMs) / billedMs).toFixed(1)} % (target 90), $${dollars.toFixed(2)}, ` +
      `simulated in ${(tookMs / 1000).toFixed(1)} s (target 60)`,
  );
};

const deadlockRow = (items: number, target: number): void => {
  const naive = simulate({ ...narrow(items), policy: policies.retryOnly });
  const { makespanMs } = simulate(narrow(items));
  console.log(
    `simulation, ${items} images, limit 10: retry only ${naive.ending} with ${naive.deadlock?.untouched ?? 0} untouched; ` +
      `with the progress rule ${(makespanMs / IMAGE_MS).toFixed(1)} image-times (target ${target})`,
  );
};

/** The policy under virtual time: a million images, and the deadlock that is none. */
export const simulation = (): void => {
  millionRow();
  deadlockRow(200, 30);
  deadlockRow(888, 100);
};
