import { MAX_DEPTH_CAP } from '../../engine/limits.ts';
import { MEMORY_MAX_MB, MEMORY_MIN_MB, VCPUS_MAX } from '../../platform/index.ts';
import { type Flag, flag } from './flag.ts';
import { indexes, number, rate, time, whole, word } from './form.ts';
import type { Architecture } from './price.ts';
import { policies, type Root } from './simulation.ts';
import type { OtherCallers, Scaling } from './world.ts';

const architectures: readonly Architecture[] = ['arm64', 'x86_64'];
const roots: readonly Root[] = ['function', 'caller'];

const scaling = rate<Scaling>(
  ({ environments, perMs }) => [environments, perMs],
  (environments, perMs) => ({ environments: Math.max(1, environments), perMs }),
);
const others = rate<OtherCallers>(
  ({ most, everyMs }) => [most, everyMs],
  (most, everyMs) => ({ most, everyMs }),
);

/** A probability, a share of a whole, an instant of virtual time. */
const [chance, share, instant] = [number('p', 0, 1), number('share', 0, 1), number('ms', 0)];

/** Every option of `planner/simulator/main.ts`, in the order of its help. */
export const flags: readonly Flag[] = [
  flag('items', 'items', whole('n', 0, 100_000_000), 'items of the batch'),
  flag('work', 'shape.maxWork', whole('n', 1), 'W: items one request should carry at most'),
  flag('lanes', 'shape.maxLanes', whole('n', 1), 'P: children one invocation has open at once'),
  flag('slots', 'shape.slots', whole('n', 1), 'S: invocations of the tree at once'),
  flag('depth', 'shape.maxDepth', whole('n', 0, MAX_DEPTH_CAP), 'the deepest a child may be'),
  flag(
    'limit',
    'world.concurrencyLimit',
    whole('n', 1),
    "environments of the account at once, the others' included",
  ),
  flag('scaling', 'world.scaling', scaling, 'new environments within any so many milliseconds'),
  flag('warm', 'world.warm', whole('n', 0), 'environments that are warm at the start'),
  flag(
    'others',
    'world.others',
    others,
    'other callers hold 0 to n of the limit, changing every so many milliseconds',
  ),
  flag('latency', 'times.latency', time, 'each way of a call'),
  flag('cold', 'times.coldStart', time, 'a cold start'),
  flag('item', 'times.item', time, 'work on one item'),
  flag('at-once', 'own.atOnce', whole('n', 1, 10_000), 'items under way at once in one environment'),
  flag('cpu', 'own.cpuShare', share, "share of an item's time in which it keeps a vCPU busy"),
  flag(
    'threads',
    'own.threads',
    whole('n', 0, VCPUS_MAX),
    'worker threads; 0: the main thread computes, and hears of nothing meanwhile',
  ),
  flag('stored', 'storedBytes', whole('bytes', 1), 'results go to a store in parts: the size of one'),
  flag('throttle', 'faults.throttle', chance, 'calls refused with 429 though there is room'),
  flag('lost', 'faults.lost', chance, 'connections reset while the child works'),
  flag('cut', 'faults.cut', chance, 'replies that arrive cut'),
  flag('swapped', 'faults.swapped', chance, "replies that are somebody else's"),
  flag('duplicated', 'faults.duplicated', chance, 'replies that arrive twice'),
  flag('crash', 'faults.crash', chance, 'rounds in which a child dies'),
  flag('invalid', 'faults.invalid', chance, 'items that are invalid'),
  flag(
    'broken',
    'faults.broken',
    word('how', ['crashes', 'fails']),
    'every child fails before it has done anything: crashes or fails',
  ),
  flag('poison', 'faults.poison', indexes, 'items that kill whoever works on them, as 3,14,15'),
  flag('slow-items', 'faults.straggling.items', share, 'items that take longer'),
  flag('slow-environments', 'faults.straggling.environments', share, 'environments that take longer'),
  flag('slowness', 'faults.straggling.factor', number('k', 1), 'how many times longer they take'),
  flag('alias-moves', 'faults.aliasMovesAtMs', instant, 'when the alias moves to a new version'),
  flag('root-killed', 'faults.rootKilledAtMs', instant, 'when the root is killed, and called again'),
  flag('memory', 'machine.memoryMb', whole('MB', MEMORY_MIN_MB, MEMORY_MAX_MB), 'memory of each environment'),
  flag('architecture', 'machine.architecture', word('name', architectures), architectures.join(' or ')),
  flag(
    'root',
    'root',
    word('kind', roots),
    'function (works too) or caller (only calls, as the command does)',
  ),
  flag(
    'policy',
    'policy',
    word('name', Object.values(policies)),
    'droste, or retry-only: a naive fan-out that only calls again',
  ),
  flag('seed', 'seed', whole('n', Number.MIN_SAFE_INTEGER), 'one seed is one run'),
  flag(
    'patience',
    'patience',
    whole('n', 1),
    'entries of virtual time after which a tree counts as never ending',
  ),
];
