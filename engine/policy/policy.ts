import type { WireError } from '../../platform/errors.ts';
import { fullJitterMs } from './backoff.ts';
import { dispatch } from './dispatch.ts';
import { settleCopy, withoutCopied, withSample } from './hedge.ts';
import { halve, putBack, type QueuedRange } from './queue.ts';
import { sizeOf } from './range.ts';
import type { Lane, Move, PolicyEvent, State, Step } from './state.ts';

/** A single item that crashed this many children by itself is named as the failure. */
const SOLO_CRASHES_TO_FAIL = 2;

/** Why an item fails that no child had the time for, where there is no own work to try. */
const late: WireError = {
  name: 'DeadlineExceededError',
  message: 'Not done within the time-out of the function, in as many tries as it has.',
};

/** Frees a lane; the piece is what of its range is still open, if anything is. */
const takeBack = (state: State, lane: number): { piece: QueuedRange | undefined; state: State } => {
  const found = state.lanes[lane];
  if (!found?.busy) return { piece: undefined, state };
  const piece = withoutCopied(found.busy, found);
  return {
    piece: sizeOf(piece) > 0 ? piece : undefined,
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

const queued = (state: State, ...ranges: readonly QueuedRange[]): State => ({
  ...state,
  queue: ranges.reduce(putBack, state.queue),
});

/** Children get `maxAttempts` tries at a chunk, then it stays here; a quarantined never does. */
const tried = (state: State, piece: QueuedRange, error: WireError): QueuedRange => {
  const attempt = piece.attempt + 1;
  return { ...piece, attempt, local: !piece.quarantined && attempt >= state.rules.maxAttempts, error };
};

/** One that may crash whoever takes it: halved until the single item that does is alone. */
const quarantined = (piece: QueuedRange, error: WireError): readonly QueuedRange[] => {
  const quarantined = { ...piece, attempt: piece.attempt + 1, quarantined: true, error };
  return sizeOf(piece) > 1 ? halve(quarantined) : [{ ...quarantined, soloCrashes: piece.soloCrashes + 1 }];
};

const afterCrash = (state: State, piece: QueuedRange, nowMs: number, error: WireError): Step => {
  const ranges = quarantined(piece, error);
  const named = ranges.find(({ soloCrashes }) => soloCrashes >= SOLO_CRASHES_TO_FAIL);
  return named
    ? dispatch(state, nowMs, [{ kind: 'fail', range: { start: named.start, end: named.end }, error }])
    : dispatch(queued(state, ...ranges), nowMs);
};

const afterTooLarge = (state: State, piece: QueuedRange, nowMs: number, error: WireError): Step =>
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

const afterRound = (state: State, start: number, nowMs: number): Step => {
  const round = state.rounds.find((found) => found.start === start);
  const settled = settleRound(state, start);
  const { state: next, moves } = round ? settleCopy(settled, round) : { state: settled, moves: [] };
  return dispatch(next, nowMs, moves);
};

/**
 * What a child gave back, less what own work has copied of it. A child that ran out of time before it had done
 * anything has had its try; one that has done something is followed by another for the rest.
 */
const stillUndone = (
  state: State,
  lane: Lane | undefined,
  undone: readonly QueuedRange[],
): readonly QueuedRange[] => {
  const given = lane?.busy;
  if (!given) return [];
  const left = undone.reduce((sum, piece) => sum + sizeOf(piece), 0);
  const progressed = left < sizeOf(given);
  return undone
    .map((piece) => withoutCopied(piece, lane))
    .filter((piece) => sizeOf(piece) > 0)
    .map((piece) => {
      if (piece.quarantined) return piece;
      return progressed
        ? { ...piece, attempt: given.attempt }
        : tried(state, { ...piece, attempt: given.attempt }, late);
    });
};

/** What crashed a child is told to the parent as that, or its own work would take it. */
const quarantinedOf = ({ rules, queue }: State): readonly Move[] =>
  rules.hasParent
    ? queue.filter(({ quarantined }) => quarantined).map((piece) => ({ kind: 'give-back', piece }))
    : [];

/**
 * The policy of one invocation: what to do when something has happened. Pure, so that it runs unchanged under
 * Lambda with real time and under the simulator with virtual time.
 *
 * Everything is a move on one queue of ranges, shared by the lanes and by the invocation's own work. A range is
 * in exactly one place (the queue, a lane, a round) until it is answered, failed or given back, which is why every
 * item is answered exactly once; a copy of a straggling range is taken off what its lane may put back.
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
      return afterRound(state, event.start, nowMs);
    case 'stopped':
      return dispatch({ ...state, queue: [], draining: true }, nowMs, quarantinedOf(state));
    default:
      return stepLane(state, event);
  }
};

const stepLane = (before: State, event: Extract<PolicyEvent, { lane: number }>): Step => {
  const { lane, nowMs } = event;
  const { piece, state } = takeBack(before, lane);
  if (!piece || state.draining) return dispatch(state, nowMs);
  switch (event.kind) {
    case 'answered': {
      const undone = stillUndone(state, before.lanes[lane], event.undone ?? []);
      const elapsedMs = nowMs - (before.lanes[lane]?.sinceMs ?? nowMs);
      const known = { ...answered(state, lane), samples: withSample(state.samples, elapsedMs) };
      return dispatch(queued(known, ...undone), nowMs);
    }
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
