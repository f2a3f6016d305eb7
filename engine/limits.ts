import { EVENT_REQUEST_MAX_BYTES } from '../platform/index.ts';

/** The shape a tree may take. */
export interface TreeShape {
  /** W, `MAX_WORK_PER_REQUEST`. */
  readonly maxWork: number;
  /** P, `NUM_PARALLEL_REQUESTS`; 0 switches fan-out off. */
  readonly maxLanes: number;
  /** S, of this subtree. */
  readonly slots: number;
  readonly maxDepth: number;
}

/** Defaults and bounds of the options that shape a tree. */
export const treeDefaults = Object.freeze({
  /** W: 8 pictures are one to two seconds of work on one vCPU, several times what a warm invocation costs. */
  maxWorkPerRequest: 8,
  /** P: children one invocation has open at once. */
  numParallelRequests: 10,
  /** S: invocations of one tree at once; a tenth of Lambda's default account limit of 1,000. */
  slots: 100,
  /** Children of children: W·P^3 is 8,000 items without a second round on any lane. */
  maxDepth: 8,
  /** Children a chunk is given to before its parent does it. */
  maxAttempts: 3,
});

/** Far below `CHAIN_MAX_INVOCATIONS`, after which AWS stops a chain. */
export const MAX_DEPTH_CAP = 12;

/** 1,024 file descriptors per environment (Lambda quotas) less what the runtime and downloads need. */
export const MAX_PARALLEL_REQUESTS = 512;

/** Waits after a throttle: below one invocation's time, up to about one scaling step of Lambda (10 s) halved. */
export const backoffRules = Object.freeze({ baseMs: 100, capMs: 5_000 });

/** Payloads up to this size travel inline where there is a store for larger ones: as an `Event` invoke allows. */
export const INLINE_WITH_STORE_BYTES = EVENT_REQUEST_MAX_BYTES;

/** A part of a stored batch is written when it has this much: ten million results are then a few thousand parts. */
export const PART_BYTES = 4 * 1024 * 1024;

/** Or when its first result has waited this long: so much work is lost at most when an environment ends. */
export const PART_AGE_MS = 30_000;

/** What a child has at its end travels with its reply up to this size; its parent writes it with the rest. */
export const INLINE_RESULTS_BYTES = 512 * 1024;
