import fc from 'fast-check';
import { defaultSimulation } from '../../../planner/simulator/defaults.ts';
import { type Faults, noFaults } from '../../../planner/simulator/faults.ts';
import type { SimulationInput } from '../../../planner/simulator/simulation.ts';

const plain = { noNullPrototype: true };

const tree = fc.record({
  items: fc.integer({ min: 0, max: 600 }),
  shape: fc.record(
    {
      maxWork: fc.integer({ min: 1, max: 20 }),
      maxLanes: fc.integer({ min: 1, max: 12 }),
      slots: fc.integer({ min: 1, max: 80 }),
      maxDepth: fc.integer({ min: 0, max: 8 }),
    },
    plain,
  ),
  concurrencyLimit: fc.integer({ min: 1, max: 60 }),
  warm: fc.integer({ min: 0, max: 60 }),
  seed: fc.integer(),
});

/** Trees of any shape under any limit, with times that vary and nothing going wrong. */
export const trees: fc.Arbitrary<SimulationInput> = tree.map(({ concurrencyLimit, warm, ...rest }) => ({
  ...defaultSimulation,
  ...rest,
  world: { ...defaultSimulation.world, concurrencyLimit, warm },
  times: {
    latency: { kind: 'uniform', fromMs: 1, toMs: 20 },
    coldStart: { kind: 'uniform', fromMs: 0, toMs: 200 },
    item: { kind: 'uniform', fromMs: 1, toMs: 100 },
  },
  patience: 300_000,
}));

const upTo = (max: number) => fc.oneof(fc.constant(0), fc.double({ min: 0, max, noNaN: true }));

/** Everything at once that may go wrong on the way, without anybody's death. */
export const wireFaults: fc.Arbitrary<Faults> = fc
  .record({
    throttle: upTo(0.5),
    lost: upTo(0.3),
    cut: upTo(0.3),
    swapped: upTo(0.3),
    duplicated: upTo(0.3),
    straggling: fc.record(
      {
        items: upTo(0.1),
        environments: upTo(0.1),
        factor: fc.integer({ min: 1, max: 30 }),
      },
      plain,
    ),
    aliasMovesAtMs: fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined }),
  })
  .map(({ aliasMovesAtMs, ...faults }) => ({
    ...noFaults,
    ...faults,
    ...(aliasMovesAtMs === undefined ? {} : { aliasMovesAtMs }),
  }));

/** Chances that a child dies during a round. */
export const crashes = upTo(0.2);

/** Other callers who take up to twice the limit, and Lambda's scaling down to one environment at a time. */
export const crowded = (input: SimulationInput): fc.Arbitrary<SimulationInput> =>
  fc
    .record({
      most: fc.integer({ min: 0, max: 2 * input.world.concurrencyLimit }),
      everyMs: fc.integer({ min: 10, max: 3_000 }),
      environments: fc.integer({ min: 1, max: 50 }),
      perMs: fc.integer({ min: 1, max: 1_000 }),
    })
    .map(({ most, everyMs, environments, perMs }) => ({
      ...input,
      world: { ...input.world, others: { most, everyMs }, scaling: { environments, perMs } },
    }));

/** The options of a replay command, by name. */
export const optionsOf = (command: string): Record<string, string> =>
  Object.fromEntries(
    command
      .split(' ')
      .slice(2)
      .map((option) => {
        const [name = '', ...value] = option.slice(2).split('=');
        return [name, value.join('=')];
      }),
  );
