import { failuresLeft, isProbing } from './fuse.ts';
import { nextChunk } from './plan.ts';
import { fitsLane, fitsOwnWork, type QueuedRange, take } from './queue.ts';
import { type Range, rangeOf, sizeOf } from './range.ts';
import type { Lane, Move, State, Step } from './state.ts';

/**
 * Bursts of setbacks in a row after which an invocation that only waits for a child gives its own slot back: if every
 * slot were held by such waiters, nobody's child could ever start.
 */
const GIVE_BACK_AFTER_BURSTS = 3;

const busyLanes = ({ lanes }: State): number => lanes.filter(({ busy }) => busy).length;

/** How many more children may be out. */
const freeLanes = (state: State): number =>
  Math.min(state.congestion.openLanes, failuresLeft(state)) - busyLanes(state);

const startRound = (state: State): Step => {
  const mayStart = state.rules.ownWork && state.rounds.length < 2 && state.rounds.every(({ ready }) => ready);
  const taken = mayStart && take(state.queue, 'front', fitsOwnWork, () => state.rules.maxWork);
  if (!taken) return { state, moves: [] };
  const range = rangeOf(taken.range);
  return {
    state: { ...state, queue: taken.queue, rounds: [...state.rounds, { ...range, ready: false }] },
    moves: [{ kind: 'work', range }],
  };
};

/** How many items a lane takes: at first its share of the plan, later no more than its share of what is left. */
const mostFor = (lane: Lane, { lanes, rules, queue }: State): number => {
  if (lane.fresh) return lane.chunk;
  const left = queue.reduce((sum, range) => sum + sizeOf(range), 0);
  const allSlots = lanes.reduce((sum, { slots }) => sum + slots, 0);
  return nextChunk(lane, left, allSlots, rules.maxWork);
};

const takeForLane = (lane: Lane, state: State) => {
  // own work takes from the front and lanes from the end, to meet in the middle; without own work answers come in order
  const side = state.rules.ownWork ? 'end' : 'front';
  if (!isProbing(state)) return take(state.queue, side, fitsLane, () => mostFor(lane, state));
  // an item of a chunk that has crashed may have crashed it; two that were never together are not both at fault
  const preferred = [
    ({ quarantined }: QueuedRange) => !quarantined,
    ({ soloCrashes }: QueuedRange) => soloCrashes === 0,
    () => true,
  ];
  for (const isPreferred of preferred) {
    const taken = take(
      state.queue,
      side,
      (range) => fitsLane(range) && isPreferred(range),
      () => 1,
    );
    if (taken) return taken;
  }
  return undefined;
};

const startLanes = (before: State, nowMs: number): Step => {
  const { congestion, pinned, fanOut } = before;
  if (!fanOut || congestion.notBeforeMs > nowMs) return { state: before, moves: [] };
  const moves: Move[] = [];
  let state = before;
  let free = freeLanes(state);
  state.lanes.forEach((lane, index) => {
    const taken = lane.busy || free <= 0 ? undefined : takeForLane(lane, state);
    if (!taken) return;
    free -= 1;
    const { range, queue } = taken;
    const { slots } = lane;
    moves.push({ kind: 'invoke', lane: index, range: rangeOf(range), slots, attempt: range.attempt, pinned });
    const busy: Lane = { ...lane, fresh: false, busy: range, pinned, bursts: congestion.bursts };
    state = { ...state, queue, lanes: state.lanes.with(index, busy) };
  });
  return { state, moves };
};

const strandedError = ({ start, end }: Range) => ({
  name: 'ChildInvocationError',
  message: `Expected a child to take items ${start} to ${end - 1}, but no child can be had from here.`,
});

/** What nobody here will ever take fails with what went wrong last, or is given back to the parent. */
const settleStranded = (state: State): Step => {
  const { rules, congestion } = state;
  const canInvoke = state.fanOut && state.lanes.length > 0;
  const waitsInVain =
    rules.hasParent &&
    state.rounds.length === 0 &&
    busyLanes(state) === 0 &&
    congestion.inVain >= GIVE_BACK_AFTER_BURSTS;
  const moves: Move[] = [];
  const queue = state.queue.filter((range) => {
    const forLanes = canInvoke && fitsLane(range);
    if ((rules.ownWork && fitsOwnWork(range)) || (forLanes && !waitsInVain)) return true;
    moves.push(
      forLanes
        ? { kind: 'give-back', range }
        : { kind: 'fail', range: rangeOf(range), error: range.error ?? strandedError(range) },
    );
    return false;
  });
  return { state: { ...state, queue }, moves };
};

/** When to look again, if nothing else happens: once lanes that back off may be tried, and there is something for them. */
const nextWake = (state: State, nowMs: number): readonly Move[] => {
  const { notBeforeMs } = state.congestion;
  const wanted = state.fanOut && freeLanes(state) > 0 && state.queue.some(fitsLane);
  return wanted && notBeforeMs > nowMs ? [{ kind: 'wake', atMs: notBeforeMs }] : [];
};

const idle = (state: State): boolean =>
  state.queue.length === 0 && state.rounds.length === 0 && busyLanes(state) === 0;

/**
 * Gives whoever is free something to do. Own work takes first (it is the cheapest), but its moves come after the calls
 * of children: whoever performs them in order has sent the calls before it works.
 */
export const dispatch = (before: State, nowMs: number, moves: readonly Move[] = []): Step => {
  const finish: readonly Move[] = [{ kind: 'finish' }];
  if (before.draining) return { state: before, moves: idle(before) ? [...moves, ...finish] : moves };
  const first = before.rounds.length === 0 ? startRound(before) : { state: before, moves: [] };
  const lanes = startLanes(first.state, nowMs);
  const next = startRound(lanes.state);
  const { state, moves: stranded } = settleStranded(next.state);
  return {
    state,
    moves: [
      ...moves,
      ...stranded,
      ...lanes.moves,
      ...first.moves,
      ...next.moves,
      ...nextWake(state, nowMs),
      ...(idle(state) ? finish : []),
    ],
  };
};
