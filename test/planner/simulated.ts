import fc from 'fast-check';
import { defaultSimulation } from '../../planner/simulator/defaults.ts';
import { fixed } from '../../planner/simulator/distribution.ts';
import { oneAtATime } from '../../planner/simulator/own-schedule.ts';
import { simulate } from '../../planner/simulator/simulate.ts';
import type { TreeInput } from '../../planner/tree-input.ts';

/** Trees of any shape. Times are whole 1,024ths of a millisecond, of which sums are exact. */
export const someTree: fc.Arbitrary<TreeInput> = fc
  .record({
    items: fc.integer({ min: 1, max: 1_500 }),
    maxWork: fc.integer({ min: 1, max: 30 }),
    maxLanes: fc.integer({ min: 1, max: 20 }),
    slots: fc.integer({ min: 1, max: 120 }),
    maxDepth: fc.integer({ min: 1, max: 8 }),
    latencyMs: fc.integer({ min: 1, max: 60 }).map((ms) => ms + 127 / 1_024),
    coldStartMs: fc.integer({ min: 0, max: 2_000 }),
    itemMs: fc.integer({ min: 1, max: 150 }).map((ms) => ms + 783 / 1_024),
    root: fc.constantFrom('function' as const, 'caller' as const),
  })
  .map(({ items, root, latencyMs, coldStartMs, itemMs, ...shape }) => ({
    items,
    root,
    shape,
    times: { latencyMs, coldStartMs, itemMs },
    own: oneAtATime,
    machine: { memoryMb: 1_769, architecture: 'arm64' },
    bytes: { perReference: 80, perResult: 240 },
  }));

/** The same tree, simulated: equal times for all items, and nothing going wrong. */
export const simulated = ({ items, shape, root, times, own }: TreeInput, { warm }: { warm: boolean }) =>
  simulate({
    ...defaultSimulation,
    items,
    shape,
    root,
    own,
    world: { ...defaultSimulation.world, warm: warm ? shape.slots + 1 : 0 },
    times: {
      latency: fixed(times.latencyMs),
      coldStart: fixed(times.coldStartMs),
      item: fixed(times.itemMs),
    },
  });
