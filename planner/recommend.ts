import { MAX_PARALLEL_REQUESTS } from '../engine/limits.ts';
import { InvalidRequestError, TIMEOUT_MAX_MS } from '../platform/index.ts';
import { candidates, neighbours } from './candidates.ts';
import { speedOf } from './simulator/own-schedule.ts';
import { type Estimate, estimateTree } from './tree.ts';
import type { TreeInput } from './tree-input.ts';
import { maxItemsPerCall } from './wire-bytes.ts';

/** What counts: the time, the cost breaking ties; or the cost, of trees that are fast enough. */
export type Goal = { readonly minimise: 'time' } | { readonly minimise: 'cost'; readonly withinMs: number };

/** What to recommend for: everything of a tree but W and P. */
export interface RecommendInput extends Omit<TreeInput, 'shape'> {
  readonly slots: number;
  readonly maxDepth: number;
  readonly goal: Goal;
  /** Whether environments are ready at the start. Default false: cold. */
  readonly warm?: boolean;
  /** The function's time-out; default 900,000, Lambda's longest. */
  readonly timeoutMs?: number;
}

/** The shape to configure. */
export interface Recommendation {
  /** W, `MAX_WORK_PER_REQUEST`. */
  readonly maxWork: number;
  /** P, `NUM_PARALLEL_REQUESTS`. */
  readonly maxLanes: number;
  readonly estimate: Estimate;
  /** False if no shape is fast enough for the goal; the fastest is recommended then. */
  readonly isWithin: boolean;
}

type Shape = Pick<Recommendation, 'maxWork' | 'maxLanes'>;

/** Times or costs nearer than this are a tie: measured times are not more exact. */
const TIE = 0.001;

/** Part of the time-out that the work of one request may take: the rest is for items slower than the mean. */
const TIMEOUT_SHARE = 0.5;

const mostItemsPerCall = ({
  items,
  bytes,
  times,
  own,
  timeoutMs = TIMEOUT_MAX_MS,
}: RecommendInput): number => {
  const itemMs = times.itemMs / speedOf(own);
  const inTime = itemMs > 0 ? Math.floor((TIMEOUT_SHARE * timeoutMs) / itemMs) : items;
  return Math.max(1, Math.min(items, maxItemsPerCall(bytes), inTime));
};

/** Starts of the search: the best of one per candidate of P. */
const STARTS = 4;

const isLess = (a: number, b: number): boolean => a < b * (1 - TIE);

const isBetter = (a: Recommendation, b: Recommendation, { minimise }: Goal): boolean => {
  if (a.isWithin !== b.isWithin) return a.isWithin;
  const [first, second] =
    minimise === 'cost' && a.isWithin ? (['dollars', 'wallMs'] as const) : (['wallMs', 'dollars'] as const);
  if (isLess(a.estimate[first], b.estimate[first])) return true;
  return !isLess(b.estimate[first], a.estimate[first]) && isLess(a.estimate[second], b.estimate[second]);
};

/**
 * Recommends W and P for measured times, by a search of one coordinate after the other over the planned tree, from
 * several starts, with the neighbours of the best at the end. Within 5 % of an exhaustive search over the simulator
 * on a grid of cases (`test/planner/recommend.test.ts`).
 *
 * @throws InvalidRequestError for a batch of nothing: every shape is the same for it
 */
export const recommend = (input: RecommendInput): Recommendation => {
  const { slots, maxDepth, goal, warm = false } = input;
  if (input.items < 1)
    throw new InvalidRequestError('Expected at least one item to recommend for, received 0.');
  const mostWork = mostItemsPerCall(input);
  const mostLanes = Math.max(1, Math.min(MAX_PARALLEL_REQUESTS, slots, input.items));
  const works = candidates(mostWork, [input.items, input.items / slots]);
  const lanes = candidates(mostLanes, [slots - 1, Math.sqrt(slots), Math.cbrt(slots)]);
  const known = new Map<string, Recommendation>();

  const judge = (shape: Shape): Recommendation => {
    const key = `${shape.maxWork}/${shape.maxLanes}`;
    const found = known.get(key);
    if (found) return found;
    const estimate = estimateTree({ ...input, shape: { ...shape, slots, maxDepth } }, !warm);
    const isWithin = goal.minimise === 'time' || estimate.wallMs <= goal.withinMs;
    const judged = { ...shape, estimate, isWithin };
    known.set(key, judged);
    return judged;
  };
  const best = (shapes: readonly Shape[]): Recommendation =>
    shapes.map(judge).reduce((a, b) => (isBetter(b, a, goal) ? b : a));

  const descend = (start: Recommendation): Recommendation => {
    const byWork = best([start, ...works.map((maxWork) => ({ ...start, maxWork }))]);
    const byLanes = best([byWork, ...lanes.map((maxLanes) => ({ ...byWork, maxLanes }))]);
    const near = best([
      byLanes,
      ...neighbours(byLanes.maxWork, mostWork).map((maxWork) => ({ ...byLanes, maxWork })),
      ...neighbours(byLanes.maxLanes, mostLanes).map((maxLanes) => ({ ...byLanes, maxLanes })),
    ]);
    return isBetter(near, start, goal) ? descend(near) : start;
  };

  const share = Math.max(1, Math.min(mostWork, Math.ceil(input.items / slots)));
  const starts = lanes.map((maxLanes) => judge({ maxWork: share, maxLanes }));
  return best(
    starts
      .toSorted((a, b) => (isBetter(a, b, goal) ? -1 : 1))
      .slice(0, STARTS)
      .map(descend),
  );
};
