import { treeDefaults } from '../../engine/limits.ts';
import { VCPU_MEMORY_MB } from '../../platform/index.ts';
import { fixed } from './distribution.ts';
import { noFaults } from './faults.ts';
import { oneAtATime } from './own-schedule.ts';
import { policies, type SimulationInput } from './simulation.ts';
import { lambdaScaling, noOtherCallers } from './world.ts';

/**
 * A run with the engine's own defaults, in a new account of Lambda's default limit, with nothing going wrong: 100 ms
 * per item, 800 ms per cold start, 10 ms each way, one vCPU (1,769 MB, Lambda quotas).
 */
export const defaultSimulation = Object.freeze<SimulationInput>({
  items: 1_000,
  shape: {
    maxWork: treeDefaults.maxWorkPerRequest,
    maxLanes: treeDefaults.numParallelRequests,
    slots: treeDefaults.slots,
    maxDepth: treeDefaults.maxDepth,
  },
  world: { concurrencyLimit: 1_000, scaling: lambdaScaling, warm: 0, others: noOtherCallers },
  times: { latency: fixed(10), coldStart: fixed(800), item: fixed(100) },
  faults: noFaults,
  own: oneAtATime,
  machine: { memoryMb: VCPU_MEMORY_MB, architecture: 'arm64' },
  root: 'function',
  policy: policies.droste,
  seed: 1,
  patience: 100_000_000,
});
