import { treeDefaults } from '../engine/limits.ts';
import { TIMEOUT_MAX_MS, VCPU_MEMORY_MB, VCPUS_MAX, vcpusOfMemory } from '../platform/index.ts';
import type { OwnWork } from './simulator/own-schedule.ts';
import type { Architecture } from './simulator/price.ts';
import type { Root } from './simulator/simulation.ts';

/** What `droste plan N` is asked; times in milliseconds, sizes in bytes. */
export interface PlanOptions {
  readonly items: number;
  readonly maxWork: number;
  readonly maxLanes: number;
  readonly slots: number;
  readonly maxDepth: number;
  readonly itemMs: number;
  readonly latencyMs: number;
  readonly coldStartMs: number;
  /** Share of an item's time, 0 to 1, in which it keeps a vCPU busy; the rest it waits, for a download. */
  readonly cpuShare: number;
  /** Items under way at once in one environment. */
  readonly atOnce: number;
  /** Items that are computed at once in one environment; without it, as many as it has vCPUs for its memory. */
  readonly threads?: number;
  readonly memoryMb: number;
  readonly architecture: Architecture;
  readonly referenceBytes: number;
  readonly resultBytes: number;
  readonly root: Root;
  /** The function's time-out. */
  readonly timeoutMs: number;
  /** Whether it is done as a job, across any number of time-outs. Default: in one call. */
  readonly job?: boolean;
  /** Recommend the cheapest shape that is done within this time, cold; without it, the fastest. */
  readonly withinMs?: number;
}

/** Everything but N: the engine's defaults, and times of a small classifier on one vCPU. */
export const planDefaults = Object.freeze<Omit<PlanOptions, 'items'>>({
  maxWork: treeDefaults.maxWorkPerRequest,
  maxLanes: treeDefaults.numParallelRequests,
  slots: treeDefaults.slots,
  maxDepth: treeDefaults.maxDepth,
  itemMs: 100,
  latencyMs: 10,
  coldStartMs: 800,
  cpuShare: 1,
  atOnce: 1,
  memoryMb: VCPU_MEMORY_MB,
  architecture: 'arm64',
  referenceBytes: 80,
  resultBytes: 240,
  root: 'function',
  timeoutMs: TIMEOUT_MAX_MS,
});

/** How an environment of that memory works on its items. */
export const ownWorkOf = ({ cpuShare, atOnce, threads, memoryMb }: PlanOptions): OwnWork => ({
  cpuShare,
  atOnce,
  threads: threads ?? vcpusOfMemory(memoryMb),
});

/** One option of the command: `--name <value>`, a number unless it has words. */
export interface PlanFlag {
  readonly name: string;
  readonly key: Exclude<keyof PlanOptions, 'items' | 'job'>;
  readonly value: string;
  readonly help: string;
  /** The least number, where it is one. */
  readonly least?: number;
  /** The greatest, where there is one. */
  readonly most?: number;
  readonly isWhole?: boolean;
  readonly words?: readonly string[];
}

/** The options of `droste plan N`, in the order of its help; defaults are in `planDefaults`. */
export const planFlags: readonly PlanFlag[] = [
  { name: 'max-work', key: 'maxWork', value: 'n', help: 'W, MAX_WORK_PER_REQUEST', least: 1, isWhole: true },
  {
    name: 'parallel',
    key: 'maxLanes',
    value: 'n',
    help: 'P, NUM_PARALLEL_REQUESTS',
    least: 1,
    isWhole: true,
  },
  { name: 'slots', key: 'slots', value: 'n', help: 'S, MAX_SLOTS', least: 1, isWhole: true },
  { name: 'depth', key: 'maxDepth', value: 'n', help: 'MAX_DEPTH', least: 0, isWhole: true },
  { name: 'item', key: 'itemMs', value: 'ms', help: 'measured time of one item', least: 0 },
  { name: 'latency', key: 'latencyMs', value: 'ms', help: 'measured time of a call, each way', least: 0 },
  { name: 'cold', key: 'coldStartMs', value: 'ms', help: 'measured time of a cold start', least: 0 },
  {
    name: 'cpu',
    key: 'cpuShare',
    value: 'share',
    help: "share of an item's time in which it keeps a vCPU busy, 0 to 1; the rest it waits",
    least: 0,
    most: 1,
  },
  {
    name: 'at-once',
    key: 'atOnce',
    value: 'n',
    help: 'items under way at once in one environment (concurrency of each)',
    least: 1,
    isWhole: true,
  },
  {
    name: 'threads',
    key: 'threads',
    value: 'n',
    help: 'items computed at once in one environment (default: its vCPUs, 1 per 1,769 MB)',
    least: 1,
    most: VCPUS_MAX,
    isWhole: true,
  },
  { name: 'memory', key: 'memoryMb', value: 'MB', help: 'memory of the function', least: 128, isWhole: true },
  {
    name: 'architecture',
    key: 'architecture',
    value: 'name',
    help: 'arm64 or x86_64',
    words: ['arm64', 'x86_64'],
  },
  {
    name: 'reference-bytes',
    key: 'referenceBytes',
    value: 'n',
    help: 'size of one image reference',
    least: 1,
  },
  { name: 'result-bytes', key: 'resultBytes', value: 'n', help: 'size of one result', least: 1 },
  {
    name: 'root',
    key: 'root',
    value: 'kind',
    help: 'function (invoked with the batch) or caller (droste classify, which only calls)',
    words: ['function', 'caller'],
  },
  { name: 'timeout', key: 'timeoutMs', value: 'ms', help: "the function's time-out", least: 1 },
  {
    name: 'within',
    key: 'withinMs',
    value: 'ms',
    help: 'recommend the cheapest shape done within this time, cold, instead of the fastest',
    least: 1,
  },
];
