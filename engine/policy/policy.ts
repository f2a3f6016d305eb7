import type { WireError } from '../../platform/index.ts';
import { afterAnswer, afterSetback } from './backoff.ts';
import { dispatch } from './dispatch.ts';
import { blowFuse } from './fuse.ts';
import { halve, putBack, type QueuedRange } from './queue.ts';
import { rangeOf, sizeOf } from './range.ts';
import type { Move, PolicyEvent, State, Step } from './state.ts';

/** A single item that crashed this many children by itself is named as the failure. */
const SOLO_CRASHES_TO_FAIL = 2;

/** Why an item fails that no child had the time for, where there is no own work to try. */
const late: WireError = {
  name: 'DeadlineExceededError',
  message: 'Not done within the time-out of the function, in as many tries as it has.',
};

const queued = (state: State, ...ranges: readonly QueuedRange[]): State => ({
  ...state,
  queue: ranges.reduce(putBack, state.queue),
});

/** Children get `maxAttempts` tries at a range, then it stays here; a quarantined one never does. */
const tried = ({ rules }: State, range: QueuedRange, error: WireError): QueuedRange => {
  const attempt = range.attempt + 1;
  return { ...range, attempt, local: !range.quarantined && attempt >= rules.maxAttempts, error };
};

/** A child has failed; while none has answered, that may be the function's fault. */
const failed = (state: State): State => (state.answered ? state : { ...state, failures: state.failures + 1 });

/** Goes on, unless the function turns out to be at fault. */
const unlessFused = (state: State, nowMs: number, error: WireError, moves: readonly Move[] = []): Step => {
  const fused = blowFuse(state, error);
  return dispatch(fused.state, nowMs, [...moves, ...fused.moves]);
};

/**
 * What a child failed on, as it is put back: without what it had told before, which is done. It was `alone` if it was the
 * only item that the child was given.
 */
interface Rest {
  readonly range: QueuedRange;
  readonly alone: boolean;
}

/** It may crash whoever takes it: halved until the single item that does is alone. */
const afterCrash = (before: State, { range, alone }: Rest, nowMs: number, error: WireError): Step => {
  const state = failed(before);
  const crashed = { ...range, attempt: range.attempt + 1, quarantined: true, error };
  if (!alone) return unlessFused(queued(state, ...halve(crashed)), nowMs, error);
  const soloCrashes = range.soloCrashes + 1;
  return soloCrashes >= SOLO_CRASHES_TO_FAIL
    ? unlessFused(state, nowMs, error, [{ kind: 'fail', range: rangeOf(range), error, named: true }])
    : unlessFused(queued(state, { ...crashed, soloCrashes }), nowMs, error);
};

const afterTooLarge = (state: State, { range, alone }: Rest, nowMs: number, error: WireError): Step =>
  alone
    ? dispatch(queued(state, { ...range, local: true, error }), nowMs)
    : dispatch(queued(state, ...halve({ ...range, error })), nowMs);

/**
 * What a child gave back. One that ran out of time before it had done anything has had its try; one that has done
 * something is followed by another for the rest.
 */
const stillUndone = (
  state: State,
  given: QueuedRange,
  undone: readonly QueuedRange[],
): readonly QueuedRange[] => {
  const left = undone.reduce((sum, range) => sum + sizeOf(range), 0);
  const { attempt } = given;
  return undone.map((range) => {
    if (range.quarantined) return range;
    return left < sizeOf(given) ? { ...range, attempt } : tried(state, { ...range, attempt }, late);
  });
};

/** What crashed a child is told to the parent as that, or its own work would take it. */
const quarantinedOf = ({ rules, queue }: State): readonly Move[] =>
  rules.hasParent
    ? queue.filter(({ quarantined }) => quarantined).map((range) => ({ kind: 'give-back', range }))
    : [];

/**
 * The policy of one invocation: what to do when something has happened. Pure, so that it runs unchanged under
 * Lambda with real time and under the simulator with virtual time.
 *
 * Everything is a move on one queue of ranges, shared by the lanes and by the invocation's own work. A range is
 * in exactly one place (the queue, a lane, a round) until it is answered, failed or given back, which is why every
 * item is answered exactly once.
 */
export const step = (state: State, event: PolicyEvent): Step => {
  const { nowMs } = event;
  switch (event.kind) {
    case 'started':
    case 'woke':
      return dispatch(state, nowMs);
    case 'ready': {
      const rounds = state.rounds.map((round) =>
        round.start === event.start ? { ...round, ready: true } : round,
      );
      return dispatch({ ...state, rounds }, nowMs);
    }
    case 'worked':
      return dispatch({ ...state, rounds: state.rounds.filter(({ start }) => start !== event.start) }, nowMs);
    case 'stopped':
      return dispatch({ ...state, queue: [], draining: true }, nowMs, quarantinedOf(state));
    default:
      return stepLane(state, event);
  }
};

const stepLane = (before: State, event: Extract<PolicyEvent, { lane: number }>): Step => {
  const { nowMs } = event;
  const lane = before.lanes[event.lane];
  if (!lane?.busy) return dispatch(before, nowMs);
  const told = ('error' in event && event.told) || 0;
  const range = { ...lane.busy, start: lane.busy.start + told };
  const rest = { range, alone: sizeOf(lane.busy) === 1 };
  const state = {
    ...before,
    lanes: before.lanes.with(event.lane, { ...lane, busy: undefined }),
    // who has told something can answer
    answered: before.answered || told > 0,
  };
  if (state.draining) return dispatch(state, nowMs);

  switch (event.kind) {
    case 'answered': {
      const congestion = afterAnswer(state.congestion, state.lanes.length);
      const undone = stillUndone(state, range, event.undone ?? []);
      return dispatch(queued({ ...state, congestion, answered: true }, ...undone), nowMs);
    }
    case 'throttled':
    case 'lost': {
      const { backoff } = state.rules;
      const congestion = afterSetback(state.congestion, lane.bursts, event, backoff);
      // one that has done something is followed by another for the rest
      const isTry = event.kind === 'lost' && told === 0;
      const back = isTry ? tried(state, range, event.error) : range;
      return dispatch(queued({ ...state, congestion }, back), nowMs);
    }
    case 'crashed':
      return afterCrash(state, rest, nowMs, event.error);
    case 'too-large':
      return afterTooLarge(state, rest, nowMs, event.error);
    case 'skewed': {
      // pinned already and still another version: counted, so that it cannot go on for ever
      const back = lane.pinned ? tried(state, range, event.error) : range;
      return dispatch(queued({ ...state, pinned: true }, back), nowMs);
    }
    case 'failed':
      return unlessFused(failed(state), nowMs, event.error, [
        { kind: 'fail', range: rangeOf(range), error: event.error },
      ]);
    case 'refused':
      return dispatch(queued({ ...state, fanOut: false }, { ...range, error: event.error }), nowMs);
    case 'lane-settled':
      return dispatch(state, nowMs);
    default:
      return event satisfies never;
  }
};
