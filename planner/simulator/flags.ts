import { MAX_DEPTH_CAP } from '../../engine/limits.ts';
import { MEMORY_MAX_MB, MEMORY_MIN_MB, VCPUS_MAX } from '../../platform/index.ts';
import { type Flag, fault, moment, own, shape, straggling, time } from './flag.ts';
import { readNumber, readPair, readWhole, readWord } from './flag-values.ts';
import type { Architecture } from './price.ts';
import { policies, type Root } from './simulation.ts';

const architectures: readonly Architecture[] = ['arm64', 'x86_64'];
const roots: readonly Root[] = ['function', 'caller'];

/** Every option of `planner/simulator/main.ts`, in the order of its help. */
export const flags: readonly Flag[] = [
  {
    name: 'items',
    value: 'n',
    help: 'items of the batch',
    show: (input) => String(input.items),
    put: (input, text) => ({ ...input, items: readWhole('items', text, 0, 100_000_000) }),
  },
  shape('work', 'maxWork', 'W: items one request should carry at most', [1]),
  shape('lanes', 'maxLanes', 'P: children one invocation has open at once', [1]),
  shape('slots', 'slots', 'S: invocations of the tree at once', [1]),
  shape('depth', 'maxDepth', 'the deepest a child may be', [0, MAX_DEPTH_CAP]),
  {
    name: 'limit',
    value: 'n',
    help: "environments of the account at once, the others' included",
    show: (input) => String(input.world.concurrencyLimit),
    put: (input, text) => ({
      ...input,
      world: { ...input.world, concurrencyLimit: readWhole('limit', text, 1) },
    }),
  },
  {
    name: 'scaling',
    value: 'n/ms',
    help: 'new environments within any so many milliseconds',
    show: ({ world }) => `${world.scaling.environments}/${world.scaling.perMs}`,
    put: (input, text) => {
      const [environments, perMs] = readPair('scaling', text);
      return {
        ...input,
        world: { ...input.world, scaling: { environments: Math.max(1, environments), perMs } },
      };
    },
  },
  {
    name: 'warm',
    value: 'n',
    help: 'environments that are warm at the start',
    show: (input) => String(input.world.warm),
    put: (input, text) => ({ ...input, world: { ...input.world, warm: readWhole('warm', text, 0) } }),
  },
  {
    name: 'others',
    value: 'n/ms',
    help: 'other callers hold 0 to n of the limit, changing every so many milliseconds',
    show: ({ world }) => `${world.others.most}/${world.others.everyMs}`,
    put: (input, text) => {
      const [most, everyMs] = readPair('others', text);
      return { ...input, world: { ...input.world, others: { most, everyMs } } };
    },
  },
  time('latency', 'latency', 'each way of a call'),
  time('cold', 'coldStart', 'a cold start'),
  time('item', 'item', 'work on one item'),
  own('at-once', 'atOnce', 'items under way at once in one environment', (text) =>
    readWhole('at-once', text, 1, 10_000),
  ),
  own('cpu', 'cpuShare', "share of an item's time in which it keeps a vCPU busy", (text) =>
    readNumber('cpu', text, 0, 1),
  ),
  own(
    'threads',
    'threads',
    'worker threads; 0: the main thread computes, and hears of nothing meanwhile',
    (text) => readWhole('threads', text, 0, VCPUS_MAX),
  ),
  {
    name: 'stored',
    value: 'bytes',
    help: 'results go to a store in parts: the size of one',
    show: ({ storedBytes }) => (storedBytes === undefined ? undefined : String(storedBytes)),
    put: (input, text) => ({ ...input, storedBytes: readWhole('stored', text, 1) }),
  },
  fault('throttle', 'calls refused with 429 though there is room'),
  fault('lost', 'connections reset while the child works'),
  fault('cut', 'replies that arrive cut'),
  fault('swapped', "replies that are somebody else's"),
  fault('duplicated', 'replies that arrive twice'),
  fault('crash', 'rounds in which a child dies'),
  fault('invalid', 'items that are invalid'),
  {
    name: 'broken',
    value: 'how',
    help: 'every child fails before it has done anything: crashes or fails',
    show: ({ faults }) => faults.broken,
    put: (input, text) => ({
      ...input,
      faults: { ...input.faults, broken: readWord('broken', text, ['crashes', 'fails'] as const) },
    }),
  },
  {
    name: 'poison',
    value: 'indexes',
    help: 'items that kill whoever works on them, as 3,14,15',
    show: ({ faults }) => (faults.poison.length === 0 ? undefined : faults.poison.join(',')),
    put: (input, text) => ({
      ...input,
      faults: { ...input.faults, poison: text.split(',').map((index) => readWhole('poison', index, 0)) },
    }),
  },
  straggling('slow-items', 'items', 'items that take longer'),
  straggling('slow-environments', 'environments', 'environments that take longer'),
  straggling('slowness', 'factor', 'how many times longer they take'),
  moment('alias-moves', 'aliasMovesAtMs', 'when the alias moves to a new version'),
  moment('root-killed', 'rootKilledAtMs', 'when the root is killed, and called again'),
  {
    name: 'memory',
    value: 'MB',
    help: 'memory of each environment',
    show: (input) => String(input.machine.memoryMb),
    put: (input, text) => ({
      ...input,
      machine: { ...input.machine, memoryMb: readWhole('memory', text, MEMORY_MIN_MB, MEMORY_MAX_MB) },
    }),
  },
  {
    name: 'architecture',
    value: 'name',
    help: architectures.join(' or '),
    show: (input) => input.machine.architecture,
    put: (input, text) => ({
      ...input,
      machine: { ...input.machine, architecture: readWord('architecture', text, architectures) },
    }),
  },
  {
    name: 'root',
    value: 'kind',
    help: 'function (works too) or caller (only calls, as the command does)',
    show: (input) => input.root,
    put: (input, text) => ({ ...input, root: readWord('root', text, roots) }),
  },
  {
    name: 'policy',
    value: 'name',
    help: 'droste, or retry-only: a naive fan-out that only calls again',
    show: (input) => input.policy,
    put: (input, text) => ({ ...input, policy: readWord('policy', text, Object.values(policies)) }),
  },
  {
    name: 'seed',
    value: 'n',
    help: 'one seed is one run',
    show: (input) => String(input.seed),
    put: (input, text) => ({ ...input, seed: readWhole('seed', text, Number.MIN_SAFE_INTEGER) }),
  },
  {
    name: 'patience',
    value: 'n',
    help: 'entries of virtual time after which a tree counts as never ending',
    show: (input) => String(input.patience),
    put: (input, text) => ({ ...input, patience: readWhole('patience', text, 1) }),
  },
];
