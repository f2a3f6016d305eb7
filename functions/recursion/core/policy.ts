import type { WireError } from '../../errors.ts';
import { fullJitterMs } from './backoff.ts';
import { dispatch } from './dispatch.ts';
import { halve, type Piece, putBack } from './queue.ts';
import { sizeOf } from './range.ts';
import type { Lane, PolicyEvent, State, Step } from './state.ts';

/** A single item that crashed this many children by itself is named as the failure. */
const SOLO_CRASHES_TO_FAIL = 2;

const takeBack = (state: State, lane: number): { piece: Piece | undefined; state: State } => {
  const found = state.lanes[lane];
  if (!found?.busy) return { piece: undefined, state };
  return {
    piece: found.busy,
    state: { ...state, lanes: state.lanes.with(lane, { ...found, busy: undefined }) },
  };
};

const changeLane = (state: State, lane: number, change: (lane: Lane) => Partial<Lane>): State => ({
  ...state,
  lanes: state.lanes.map((found, index) => (index === lane ? { ...found, ...change(found) } : found)),
});

const backOff = (state: State, lane: number, nowMs: number, random: number): State =>
  changeLane(state, lane, ({ setbacks }) => ({
    setbacks: setbacks + 1,
    notBeforeMs: nowMs + fullJitterMs(setbacks + 1, random, state.rules.backoff),
  }));

const queued = (state: State, ...pieces: readonly Piece[]): State => ({
  ...state,
  queue: pieces.reduce(putBack, state.queue),
});

/** Children get `maxAttempts` tries at a chunk, then it stays here. */
const tried = (state: State, piece: Piece, error: WireError): Piece => {
  const attempt = piece.attempt + 1;
  return { ...piece, attempt, local: attempt >= state.rules.maxAttempts, error };
};

/** One that may crash whoever takes it: halved until the single item that does is alone. */
const suspects = (piece: Piece, error: WireError): readonly Piece[] => {
  const suspect = { ...piece, attempt: piece.attempt + 1, suspect: true, error };
  return sizeOf(piece) > 1 ? halve(suspect) : [{ ...suspect, soloCrashes: piece.soloCrashes + 1 }];
};

const afterCrash = (state: State, piece: Piece, nowMs: number, error: WireError): Step => {
  const pieces = suspects(piece, error);
  const named = pieces.find(({ soloCrashes }) => soloCrashes >= SOLO_CRASHES_TO_FAIL);
  return named
    ? dispatch(state, nowMs, [{ kind: 'fail', range: { start: named.start, end: named.end }, error }])
    : dispatch(queued(state, ...pieces), nowMs);
};

const afterTooLarge = (state: State, piece: Piece, nowMs: number, error: WireError): Step =>
  sizeOf(piece) > 1
    ? dispatch(queued(state, ...halve({ ...piece, error })), nowMs)
    : dispatch(queued(state, { ...piece, local: true, error }), nowMs);

const answered = (state: State, lane: number): State =>
  changeLane({ ...state, openLanes: Math.min(state.lanes.length, state.openLanes + 1) }, lane, () => ({
    setbacks: 0,
  }));

const settleRound = (state: State, start: number): State => ({
  ...state,
  rounds: state.rounds.filter((round) => round.start !== start),
  // a flag left behind by a round that is over would start two rounds at once
  overlap: state.overlap && state.rounds.at(-1)?.start !== start,
});

/**
 * The policy of one invocation: what to do when something has happened. Pure, so that it runs unchanged under
 * Lambda with real time and under the simulator with virtual time.
 *
 * Everything is a move on one queue of ranges, shared by the lanes and by the invocation's own hands. A range is
 * in exactly one place (the queue, a lane, a round) until it is answered, failed or given back, which is why every
 * item is answered exactly once.
 */
export const step = (state: State, event: PolicyEvent): Step => {
  const { nowMs } = event;
  switch (event.kind) {
    case 'started':
    case 'woke':
      return dispatch(state, nowMs);
    case 'ready':
      return dispatch({ ...state, overlap: state.rounds.at(-1)?.start === event.start }, nowMs);
    case 'worked':
      return dispatch(settleRound(state, event.start), nowMs);
    case 'stopped':
      return dispatch({ ...state, queue: [], draining: true }, nowMs);
    default:
      return stepLane(state, event);
  }
};

const stepLane = (before: State, event: Extract<PolicyEvent, { lane: number }>): Step => {
  const { lane, nowMs } = event;
  const { piece, state } = takeBack(before, lane);
  if (!piece || state.draining) return dispatch(state, nowMs);
  switch (event.kind) {
    case 'answered':
      return dispatch(queued(answered(state, lane), ...(event.undone ?? [])), nowMs);
    case 'throttled': {
      const fewer = { ...state, openLanes: Math.max(1, Math.floor(state.openLanes / 2)) };
      return dispatch(queued(backOff(fewer, lane, nowMs, event.random), piece), nowMs);
    }
    case 'lost': {
      const waiting = backOff(state, lane, nowMs, event.random);
      return dispatch(queued(waiting, tried(state, piece, event.error)), nowMs);
    }
    case 'crashed':
      return afterCrash(state, piece, nowMs, event.error);
    case 'too-large':
      return afterTooLarge(state, piece, nowMs, event.error);
    case 'skewed':
      // pinned already and still another version: counted, so that it cannot go on for ever
      return dispatch(
        queued({ ...state, pinned: true }, state.pinned ? tried(state, piece, event.error) : piece),
        nowMs,
      );
    case 'refused':
      return dispatch(queued({ ...state, fanOut: false }, { ...piece, error: event.error }), nowMs);
    case 'failed':
      return dispatch(state, nowMs, [
        { kind: 'fail', range: { start: piece.start, end: piece.end }, error: event.error },
      ]);
    case 'lane-settled':
      return dispatch(state, nowMs);
    default:
      return event satisfies never;
  }
};
