import { share, shareEvenly } from './range.ts';

/** What decides the shape of a tree; every number is an integer. */
export interface PlanInput {
  /** Items of this batch, 0 or more. */
  readonly items: number;
  /** W, `MAX_WORK_PER_REQUEST`: the most items one request should carry, 1 or more. */
  readonly maxWork: number;
  /** P, `NUM_PARALLEL_REQUESTS`: the most lanes, 1 or more. */
  readonly maxLanes: number;
  /** S: how many invocations of this subtree may run at once, 1 or more; self included if it works itself. */
  readonly slots: number;
  /** Distance of this invocation from the root. */
  readonly depth: number;
  /** The deepest a child may be. */
  readonly maxDepth: number;
  /** Whether this place works on items itself. Only a caller outside Lambda (the command, the client) does not. */
  readonly ownWork: boolean;
}

/** One lane: its child may use `slots` slots, and is given at most `chunk` items at a time. */
export interface LanePlan {
  readonly slots: number;
  readonly chunk: number;
}

/** A leaf has no lanes. `own` is the share that this invocation keeps, the first items of the batch. */
export interface Plan {
  readonly own: number;
  readonly lanes: readonly LanePlan[];
}

/**
 * Rounds of W per slot that a caller outside asks for in one call: few enough to show progress and to lose little with
 * a call that fails, enough that the tree's start and end weigh little.
 */
const CALL_ROUNDS = 8;

/** How many invocations a full tree of `levels` levels has when each opens `maxLanes` lanes, up to `limit`. */
const capacity = (levels: number, maxLanes: number, limit: number): number => {
  let total = 1;
  let width = 1;
  for (let level = 1; level < levels && total < limit; level++) {
    width *= maxLanes;
    total += width;
  }
  return Math.min(total, limit);
};

/** A piece of at most `maxWork` items, of even size, when `items` items pass through one lane one after another. */
const evenPiece = (items: number, maxWork: number): number => Math.ceil(items / Math.ceil(items / maxWork));

/**
 * The shape of one invocation of the tree.
 *
 * N ≤ W is a leaf. Otherwise the invocation keeps max(W, ⌈N / S⌉) items, S being what depth and fan-out leave
 * usable of the slots, and splits the rest into contiguous chunks for min(P, S − 1, ⌈rest / W⌉) lanes, in
 * proportion to the lanes' slots (which are even), so that every slot of the tree carries the same load. A lane
 * whose children can have no children is fed chunks of at most W.
 */
export const planInvocation = ({
  items,
  maxWork,
  maxLanes,
  slots,
  depth,
  maxDepth,
  ownWork,
}: PlanInput): Plan => {
  const self = ownWork ? 1 : 0;
  const levelsBelow = maxDepth - depth;
  if (items === 0 || (ownWork && items <= maxWork) || levelsBelow < 1) return { own: items, lanes: [] };

  const perLane = capacity(levelsBelow, maxLanes, slots);
  const usable = Math.min(slots, self + maxLanes * perLane);
  const own = ownWork ? Math.min(items, Math.max(maxWork, Math.ceil(items / usable))) : 0;
  const rest = items - own;
  const laneCount = Math.min(maxLanes, usable - self, Math.ceil(rest / maxWork));
  if (laneCount < 1) return { own: items, lanes: [] };

  const laneSlots = shareEvenly(usable - self, laneCount).map((n) => Math.min(n, perLane));
  const chunks = share(rest, laneSlots);
  return {
    own,
    lanes: laneSlots.map((n, lane) => {
      // uneven slots can leave a lane no share at the start; it still serves what is put back
      const chunk = Math.max(1, chunks[lane] ?? 1);
      if (n === 1) return { slots: n, chunk: evenPiece(chunk, maxWork) };
      return { slots: n, chunk: ownWork ? chunk : Math.min(chunk, CALL_ROUNDS * maxWork * n) };
    }),
  };
};

/**
 * How many of `left` items a lane takes when it comes back: no more than its share of what is left (but W is always
 * worth a call), or one lane that comes back late would take all of it to itself.
 */
export const nextChunk = (lane: LanePlan, left: number, allSlots: number, maxWork: number): number =>
  Math.min(lane.chunk, Math.max(maxWork, Math.ceil((left * lane.slots) / allSlots)));
