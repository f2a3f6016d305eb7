import type { TreeShape } from '../engine/index.ts';
import { treeDefaults } from '../engine/limits.ts';

/** How several batches share the slots of one client. */
export interface Shares {
  /** W, by which batches are cut. */
  readonly maxWork: number;
  /** Calls open at once, over all batches. */
  readonly calls: number;
  /** Slots of the tree below each call. */
  readonly slotsPerCall: number;
  /** Slots for one of the batches: those of the calls it has. */
  slotsOf(items: number): number;
}

/**
 * Divides S slots among min(P, S) calls. A tree planned by itself gives all of its slots to the lanes it has, however
 * few; so a batch that is shorter than calls · W is given only the slots of its own calls. Then batches that run at the
 * same time through one pool of that many calls never have more than S invocations together.
 */
export const shareSlots = (shape: Partial<TreeShape> = {}): Shares => {
  const maxWork = shape.maxWork ?? treeDefaults.maxWorkPerRequest;
  const slots = shape.slots ?? treeDefaults.slots;
  const calls = Math.min(shape.maxLanes ?? treeDefaults.numParallelRequests, slots);
  const slotsPerCall = Math.floor(slots / calls);
  return {
    maxWork,
    calls,
    slotsPerCall,
    slotsOf: (items) => slotsPerCall * Math.max(1, Math.min(calls, Math.ceil(items / maxWork))),
  };
};
