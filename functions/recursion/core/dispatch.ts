import { type Piece, takeForHands, takeForLane } from './queue.ts';
import type { Lane, Move, State, Step } from './state.ts';

/**
 * Setbacks in a row after which an invocation that only waits for a child gives its own slot back: if every
 * slot were held by such waiters, nobody's child could ever start.
 */
const GIVE_BACK_AFTER_SETBACKS = 3;

const rangeOf = ({ start, end }: Piece) => ({ start, end });

const startRound = (state: State): Step => {
  const mayStart =
    state.rules.hands && (state.rounds.length === 0 || (state.overlap && state.rounds.length === 1));
  const taken = mayStart ? takeForHands(state.queue, state.rules.maxWork) : undefined;
  if (!taken) return { state, moves: [] };
  return {
    state: { ...state, queue: taken.queue, rounds: [...state.rounds, taken.piece], overlap: false },
    moves: [{ kind: 'work', range: rangeOf(taken.piece) }],
  };
};

const startLanes = (state: State, nowMs: number): Step => {
  if (!state.fanOut) return { state, moves: [] };
  const moves: Move[] = [];
  let { queue } = state;
  let busy = state.lanes.filter((lane) => lane.busy).length;
  const lanes = state.lanes.map((lane, index): Lane => {
    if (lane.busy || lane.notBeforeMs > nowMs || busy >= state.openLanes) return lane;
    const taken = takeForLane(queue, lane.chunk);
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
    return { ...lane, busy: piece };
  });
  return { state: { ...state, queue, lanes }, moves };
};

const stranded = ({ start, end }: Piece) => ({
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
    const forHands = state.rules.hands && !piece.suspect;
    const forLanes = canInvoke && !piece.local;
    if (forHands || (forLanes && !waitsInVain)) return true;
    moves.push(
      forLanes
        ? { kind: 'give-back', piece }
        : { kind: 'fail', range: rangeOf(piece), error: piece.error ?? stranded(piece) },
    );
    return false;
  });
  return { state: { ...state, queue }, moves };
};

/** When to look again, if lanes back off while there is something for them. */
const nextWake = (state: State, nowMs: number): readonly Move[] => {
  const busy = state.lanes.filter((lane) => lane.busy).length;
  if (!state.fanOut || busy >= state.openLanes || !state.queue.some((piece) => !piece.local)) return [];
  const waits = state.lanes.filter((lane) => !lane.busy && lane.notBeforeMs > nowMs);
  if (waits.length === 0) return [];
  return [{ kind: 'wake', atMs: Math.min(...waits.map((lane) => lane.notBeforeMs)) }];
};

const idle = (state: State): boolean =>
  state.queue.length === 0 && state.rounds.length === 0 && state.lanes.every((lane) => !lane.busy);

/**
 * Gives whoever is free something to do: own hands first (the cheapest), then the lanes, then own hands again
 * where a round is running out.
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
    moves.push(...nextWake(current, nowMs));
  }
  if (idle(current)) moves.push({ kind: 'finish' });
  return { state: current, moves };
};
