import fc from 'fast-check';
import { defaultSimulation } from '../../../planner/simulator/defaults.ts';
import { type Faults, noFaults } from '../../../planner/simulator/faults.ts';
import { oneAtATime } from '../../../planner/simulator/own-schedule.ts';
import type { SimulationInput } from '../../../planner/simulator/simulation.ts';

const plain = { noNullPrototype: true };

const upTo = (max: number) => fc.oneof(fc.constant(0), fc.double({ min: 0, max, noNaN: true }));

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
  own: fc.oneof(
    fc.constant(oneAtATime),
    fc.record(
      {
        atOnce: fc.integer({ min: 1, max: 10 }),
        cpuShare: fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
        threads: fc.integer({ min: 0, max: 6 }),
      },
      plain,
    ),
  ),
  invalid: upTo(0.6),
  // parts of one result up to parts of more than the batch has
  storedBytes: fc.option(fc.integer({ min: 1_000, max: 4_200_000 }), { nil: undefined }),
});

/** Trees of any shape under any limit, of any kind of work and items, with times that vary and nothing going wrong. */
export const trees: fc.Arbitrary<SimulationInput> = tree.map(
  ({ concurrencyLimit, warm, invalid, storedBytes, ...rest }) => ({
    ...defaultSimulation,
    ...rest,
    faults: { ...noFaults, invalid },
    ...(storedBytes === undefined ? {} : { storedBytes }),
    world: { ...defaultSimulation.world, concurrencyLimit, warm },
    times: {
      latency: { kind: 'uniform', fromMs: 1, toMs: 20 },
      coldStart: { kind: 'uniform', fromMs: 0, toMs: 200 },
      item: { kind: 'uniform', fromMs: 1, toMs: 100 },
    },
    patience: 300_000,
  }),
);

/** Everything at once that may go wrong on the way, without anybody's death. */
export const wireFaults: fc.Arbitrary<Omit<Faults, 'invalid'>> = fc
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
    ...faults,
    crash: 0,
    poison: [],
    ...(aliasMovesAtMs === undefined ? {} : { aliasMovesAtMs }),
  }));

/** When the root is killed, within the time that most trees take, or that it is not. */
export const rootKills: fc.Arbitrary<Pick<Faults, 'rootKilledAtMs'>> = fc
  .option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined })
  .map((rootKilledAtMs) => (rootKilledAtMs === undefined ? {} : { rootKilledAtMs }));

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
