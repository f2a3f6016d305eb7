import type { TreeShape } from '../engine/index.ts';
import type { OwnWork } from './simulator/own-schedule.ts';
import type { Machine } from './simulator/price.ts';
import type { Root } from './simulator/simulation.ts';

/** Measured times of the function, in milliseconds. */
export interface PlanTimes {
  /** Each way of a call: a warm invocation of nothing takes two of them. */
  readonly latencyMs: number;
  /** What a cold start adds, model included. */
  readonly coldStartMs: number;
  /** Work on one item. */
  readonly itemMs: number;
}

/** Sizes on the wire, as JSON without the comma between two of them. */
export interface PlanBytes {
  readonly perReference: number;
  readonly perResult: number;
}

/** A batch to plan, before anything is spent. */
export interface TreeInput {
  readonly items: number;
  readonly shape: TreeShape;
  readonly root: Root;
  readonly times: PlanTimes;
  /** How an environment works on its items. */
  readonly own: OwnWork;
  readonly machine: Machine;
  readonly bytes: PlanBytes;
}
