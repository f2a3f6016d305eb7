import { type LanePlan, nextChunk, planInvocation } from '../engine/policy/index.ts';
import { feed, type Taker } from './feed.ts';
import { createOwnTime } from './own-time.ts';
import { addChild, type Subtree, type SubtreeSums } from './subtree.ts';
import type { TreeInput } from './tree-input.ts';

/** One place in the tree. Two places with the same four have the same subtree. */
export interface PlaceInTree {
  readonly items: number;
  readonly slots: number;
  readonly depth: number;
  /** Whether no environment has run before. */
  readonly cold: boolean;
}

/** Steps of time in a millisecond: a power of two, so that sums of times are exact, in whatever order they are added. */
const TICKS_PER_MS = 1_024;

const inTicks = (ms: number): number => Math.round(ms * TICKS_PER_MS) / TICKS_PER_MS;

/**
 * Makes the function that works out subtrees, with the engine's own `planInvocation` for every place and equal times
 * for all items, taken to 1/1,024 ms. A subtree that occurs again is not worked out again, so that ten million items take
 * as long as there are different chunks.
 *
 * Cold means that the first child of each lane starts cold, with all below it, and later ones find its environments.
 * That a lane may find what another lane has left is not counted on, nor that a main thread which computes hears of an
 * answer an item later.
 */
export const createSubtreePlanner = ({ shape, root, times, own }: Omit<TreeInput, 'items'>) => {
  const latencyMs = inTicks(times.latencyMs);
  const coldStartMs = inTicks(times.coldStartMs);
  const ownTime = createOwnTime(own, inTicks(times.itemMs), shape.maxWork);
  const known = new Map<string, Subtree>();

  const laneTaker = (
    lane: LanePlan,
    allSlots: number,
    { depth, cold }: PlaceInTree,
    sums: SubtreeSums,
  ): Taker & { peak: number } => {
    const child = (items: number, first: boolean) =>
      planSubtree({ items, slots: lane.slots, depth: depth + 1, cold: cold && first });
    const spanMs = (items: number, first: boolean) =>
      2 * latencyMs + child(items, first).wallMs + (cold && first ? coldStartMs : 0);
    const wholeMs = () => spanMs(lane.chunk, false);
    const taker = {
      chunk: lane.chunk,
      again: (left: number) => nextChunk(lane, left, allSlots, shape.maxWork),
      wholeFrom: lane.chunk <= shape.maxWork ? 0 : (lane.chunk * allSlots) / lane.slots,
      /** Of the largest child so far. */
      peak: 0,
      after: (items: number, take: number, takeMs: number) => {
        const endMs = takeMs + spanMs(items, take === 0);
        return { endMs, nextMs: endMs };
      },
      wholeMs: (count: number, _take: number, takeMs: number) => takeMs + count * wholeMs(),
      wholesBy: (ms: number, _take: number, takeMs: number) =>
        ms < takeMs ? 0 : Math.floor((ms - takeMs) / wholeMs()) + 1,
      took: (items: number, count: number, first: boolean) => {
        const subtree = child(items, first);
        taker.peak = Math.max(taker.peak, subtree.peak);
        addChild(sums, subtree, items, count);
      },
    };
    return taker;
  };

  const ownWork: Taker = {
    chunk: shape.maxWork,
    again: () => shape.maxWork,
    wholeFrom: 0,
    after: (items, take) => ({ endMs: ownTime.endMs(take, items), nextMs: ownTime.beginMs(take + 1) }),
    wholeMs: (count, take) => ownTime.beginMs(take + count),
    wholesBy: (ms, take) => Math.max(0, ownTime.begunBy(ms) - take),
    took: () => {},
  };

  const workOut = (place: PlaceInTree): Subtree => {
    const { items, slots, depth, cold } = place;
    const hasOwnWork = depth > 0 || root === 'function';
    const plan = planInvocation({
      ...shape,
      maxLanes: Math.max(1, shape.maxLanes),
      depth: shape.maxLanes === 0 ? shape.maxDepth : depth,
      items,
      slots,
      ownWork: hasOwnWork,
    });
    const startMs = cold ? coldStartMs : 0;
    const sums: SubtreeSums = {
      invocations: hasOwnWork ? 1 : 0,
      coldStarts: hasOwnWork && cold ? 1 : 0,
      billedMs: 0,
      carried: 0,
      calls: 0,
      largestCall: 0,
      levels: [{ invocations: hasOwnWork ? 1 : 0, smallest: items, largest: items }],
    };
    const allSlots = plan.lanes.reduce((sum, lane) => sum + lane.slots, 0);
    const lanes = plan.lanes.map((lane) => laneTaker(lane, allSlots, place, sums));
    const isLeaf = lanes.length === 0;
    const wallMs = isLeaf ? ownTime.allMs(items) : feed(items, lanes, hasOwnWork ? [ownWork] : []);
    // each invocation is billed in whole milliseconds (Lambda pricing)
    if (hasOwnWork) sums.billedMs += Math.ceil(startMs + wallMs);
    const below = lanes.reduce((sum, { peak }) => sum + peak, 0);
    return { ...sums, wallMs, peak: (hasOwnWork ? 1 : 0) + below };
  };

  const planSubtree = (place: PlaceInTree): Subtree => {
    const key = `${place.items}/${place.slots}/${place.depth}/${place.cold}`;
    const found = known.get(key) ?? workOut(place);
    known.set(key, found);
    return found;
  };

  return planSubtree;
};
