import { createSubtreePlanner } from './plan-subtree.ts';
import { speedOf } from './simulator/own-schedule.ts';
import { dollarsOf, gbSecondsOf } from './simulator/price.ts';
import type { Level, Subtree } from './subtree.ts';
import type { TreeInput } from './tree-input.ts';
import { type WireBytes, wireBytesOf } from './wire-bytes.ts';

/** What a batch takes, if nothing goes wrong and every slot can be had. */
export interface Estimate {
  readonly invocations: number;
  readonly coldStarts: number;
  /** From the call of the root to its answer, in milliseconds. */
  readonly wallMs: number;
  /** Time of all environments, cold starts included, in milliseconds. */
  readonly billedMs: number;
  readonly gbSeconds: number;
  /** At list price. */
  readonly dollars: number;
  /** Share of the billed time that is work on items. */
  readonly usefulShare: number;
}

/** The tree of one batch. */
export interface TreePlan {
  readonly items: number;
  /** The greatest distance from the root. */
  readonly depth: number;
  /**
   * The most invocations that may run at once, root included if it is a function. It is reached when work is long
   * against the latency, and never exceeded.
   */
  readonly peak: number;
  /** By distance from the root, with warm environments. */
  readonly levels: readonly Level[];
  readonly bytes: WireBytes;
  /** With an environment ready for every invocation. */
  readonly warm: Estimate;
  /**
   * With none. Never too few cold starts, and exact where work is long against starts. Otherwise one lane may find what
   * another has just left, which is not counted on: that changes the time of 6 of 1,000 shapes.
   */
  readonly cold: Estimate;
}

const estimate = (
  subtree: Subtree,
  startMs: number,
  { items, times, own, machine }: TreeInput,
): Estimate => ({
  invocations: subtree.invocations,
  coldStarts: subtree.coldStarts,
  wallMs: startMs + subtree.wallMs,
  billedMs: subtree.billedMs,
  gbSeconds: gbSecondsOf(subtree.billedMs, machine),
  dollars: dollarsOf(subtree.billedMs, subtree.invocations, machine),
  usefulShare: subtree.billedMs === 0 ? 1 : (items * times.itemMs) / speedOf(own) / subtree.billedMs,
});

/** The estimate of a batch alone, warm or cold: what a search over shapes needs. */
export const estimateTree = (input: TreeInput, cold: boolean): Estimate => {
  const place = { items: input.items, slots: input.shape.slots, depth: 0, cold };
  const startMs = cold && input.root === 'function' ? input.times.coldStartMs : 0;
  return estimate(createSubtreePlanner(input)(place), startMs, input);
};

/**
 * The exact tree that the engine makes of a batch when nothing goes wrong: it is worked out by the engine's own plan
 * at every place, with equal times for all items, and what is due at one instant in the order of the calls. Ten
 * million items take milliseconds.
 *
 * It expects the account to have room for `shape.slots` environments; beyond 1,000 new ones every 10 seconds Lambda
 * would refuse, and the simulator tells what then.
 */
export const planTree = (input: TreeInput): TreePlan => {
  const place = { items: input.items, slots: input.shape.slots, depth: 0 };
  const warm = createSubtreePlanner(input)({ ...place, cold: false });
  return {
    items: input.items,
    depth: warm.levels.length - 1,
    peak: warm.peak,
    levels: warm.levels,
    bytes: wireBytesOf(warm, input.items, input.bytes),
    warm: estimateTree(input, false),
    cold: estimateTree(input, true),
  };
};
