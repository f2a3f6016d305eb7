import { nextHedgeMs, startCopy } from './hedge.ts';
import { nextChunk } from './plan.ts';
import { fitsLane, fitsOwnWork, type Queue, type QueuedRange, takeFromEnd, takeFromFront } from './queue.ts';
import { sizeOf } from './range.ts';
import type { Lane, Move, State, Step } from './state.ts';

/**
 * Setbacks in a row after which an invocation that only waits for a child gives its own slot back: if every
 * slot were held by such waiters, nobody's child could ever start.
 */
const GIVE_BACK_AFTER_SETBACKS = 3;

const rangeOf = ({ start, end }: QueuedRange) => ({ start, end });

const startRound = (state: State): Step => {
  const mayStart =
    state.rules.ownWork && (state.rounds.length === 0 || (state.overlap && state.rounds.length === 1));
  const taken = mayStart ? takeFromFront(state.queue, state.rules.maxWork, fitsOwnWork) : undefined;
  if (!taken) return { state, moves: [] };
  return {
    state: { ...state, queue: taken.queue, rounds: [...state.rounds, taken.piece], overlap: false },
    moves: [{ kind: 'work', range: rangeOf(taken.piece), copy: false }],
  };
};

/** How many items a lane takes: at first its share of the plan, later no more than its share of what is left. */
const mostFor = (lane: Lane, { lanes, rules }: State, queue: Queue): number => {
  if (lane.fresh) return lane.chunk;
  const left = queue.reduce((sum, piece) => sum + sizeOf(piece), 0);
  const allSlots = lanes.reduce((sum, { slots }) => sum + slots, 0);
  return nextChunk(lane, left, allSlots, rules.maxWork);
};

const startLanes = (state: State, nowMs: number): Step => {
  if (!state.fanOut) return { state, moves: [] };
  // own work takes from the front and lanes from the end, to meet in the middle; without own work the answers can come in order
  const take = state.rules.ownWork ? takeFromEnd : takeFromFront;
  const moves: Move[] = [];
  let { queue } = state;
  let busy = state.lanes.filter((lane) => lane.busy).length;
  const lanes = state.lanes.map((lane, index): Lane => {
    if (lane.busy || lane.notBeforeMs > nowMs || busy >= state.openLanes) return lane;
    const taken = take(queue, mostFor(lane, state, queue), fitsLane);
    if (!taken) return lane;
    queue = taken.queue;
    busy += 1;
    const { piece } = taken;
    moves.push({
      kind: 'invoke',
      lane: index,
      range: rangeOf(piece),
      slots: lane.slots,
      attempt: piece.attempt,
      pinned: state.pinned,
    });
    return { ...lane, fresh: false, busy: piece, sinceMs: nowMs, copied: 0, abandoned: false };
  });
  return { state: { ...state, queue, lanes }, moves };
};

const stranded = ({ start, end }: QueuedRange) => ({
  name: 'ChildInvocationError',
  message: `Expected a child to take items ${start} to ${end - 1}, but no child can be had from here.`,
});

/** What nobody here will ever take fails with what went wrong last, or is given back to the parent. */
const settleStranded = (state: State): Step => {
  const canInvoke = state.fanOut && state.lanes.length > 0;
  const waitsInVain =
    state.rules.hasParent &&
    state.rounds.length === 0 &&
    state.lanes.every((lane) => !lane.busy) &&
    state.lanes.some((lane) => lane.setbacks >= GIVE_BACK_AFTER_SETBACKS);
  const moves: Move[] = [];
  const queue = state.queue.filter((piece) => {
    const forOwnWork = state.rules.ownWork && !piece.quarantined;
    const forLanes = canInvoke && !piece.local;
    if (forOwnWork || (forLanes && !waitsInVain)) return true;
    moves.push(
      forLanes
        ? { kind: 'give-back', piece }
        : { kind: 'fail', range: rangeOf(piece), error: piece.error ?? stranded(piece) },
    );
    return false;
  });
  return { state: { ...state, queue }, moves };
};

/** When the first lane that backs off may be tried again, if there is something for it. */
const nextTryMs = (state: State, nowMs: number): number => {
  const busy = state.lanes.filter((lane) => lane.busy).length;
  const wanted = state.fanOut && busy < state.openLanes && state.queue.some((piece) => !piece.local);
  const waits = state.lanes.filter((lane) => !lane.busy && lane.notBeforeMs > nowMs);
  return wanted ? Math.min(...waits.map((lane) => lane.notBeforeMs)) : Number.POSITIVE_INFINITY;
};

/** When to look again, if nothing else happens. */
const nextWake = (state: State, nowMs: number): readonly Move[] => {
  const atMs = Math.min(nextTryMs(state, nowMs), nextHedgeMs(state));
  return atMs === Number.POSITIVE_INFINITY ? [] : [{ kind: 'wake', atMs }];
};

const idle = (state: State): boolean =>
  state.queue.length === 0 && state.rounds.length === 0 && state.lanes.every((lane) => !lane.busy);

/**
 * Gives whoever is free something to do: own work first (the cheapest), then the lanes, then own work again
 * where a round is running out, and copies of what straggles where there is nothing else.
 */
export const dispatch = (state: State, nowMs: number, before: readonly Move[] = []): Step => {
  const moves = [...before];
  let current = state;
  const run = ({ state: next, moves: more }: Step) => {
    current = next;
    moves.push(...more);
  };
  if (!state.draining) {
    if (current.rounds.length === 0) run(startRound(current));
    run(startLanes(current, nowMs));
    run(startRound(current));
    run(settleStranded(current));
    run(startCopy(current, nowMs));
    moves.push(...nextWake(current, nowMs));
  }
  if (idle(current)) moves.push({ kind: 'finish' });
  return { state: current, moves };
};
