import { freshRange, type QueuedRange } from './queue.ts';
import { sizeOf } from './range.ts';
import type { Lane, State, Step } from './state.ts';

/** When a straggling range is worth a copy. */
export interface HedgeRules {
  /** Answers of other children before the median means anything. */
  readonly minSamples: number;
  /** Times the median that a range must be out. */
  readonly factor: number;
}

/** Answers remembered for the median: enough for it to be steady, few enough to follow a change. */
const SAMPLES_KEPT = 32;

/** The samples with one more call's time. */
export const withSample = (samples: readonly number[], elapsedMs: number): readonly number[] => [
  ...samples.slice(1 - SAMPLES_KEPT),
  elapsedMs,
];

const medianOf = (samples: readonly number[]): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
};

/** How long a call may be out before it counts as a straggler; infinite while that cannot be said. */
const patienceMs = ({ rules: { hedge }, samples }: State): number =>
  hedge && samples.length >= hedge.minSamples ? hedge.factor * medianOf(samples) : Number.POSITIVE_INFINITY;

/** Items of a lane's range that nobody copies yet. A range that crashed a child is never copied. */
const uncopied = ({ busy, copied, abandoned }: Lane): number =>
  busy && !busy.quarantined && !abandoned ? sizeOf(busy) - copied : 0;

const ownWorkIsFree = ({ rules, rounds, queue }: State): boolean =>
  rules.ownWork && rounds.length === 0 && !queue.some((piece) => !piece.quarantined);

/**
 * When a lane's range counts as a straggler. What asks to be woken then and what looks whether it is then must be this
 * one number: with fractions of a millisecond `now - since >= patience` can be false at `since + patience`.
 */
const lateAtMs = ({ sinceMs }: Lane, patience: number): number => sinceMs + patience;

/** Gives idle own work a round of copies of the range that has been out longest, if one is far beyond the median. */
export const startCopy = (state: State, nowMs: number): Step => {
  if (!ownWorkIsFree(state)) return { state, moves: [] };
  const patience = patienceMs(state);
  const late = state.lanes
    .map((lane, index) => ({ lane, index }))
    .filter(({ lane }) => uncopied(lane) > 0 && nowMs >= lateAtMs(lane, patience))
    .toSorted((a, b) => a.lane.sinceMs - b.lane.sinceMs)[0];
  if (!late?.lane.busy) return { state, moves: [] };
  const { lane, index } = late;
  const start = late.lane.busy.start + lane.copied;
  const end = Math.min(late.lane.busy.end, start + state.rules.maxWork);
  const copy: QueuedRange = { ...freshRange(start, end), copyOf: index };
  return {
    state: {
      ...state,
      rounds: [copy],
      lanes: state.lanes.with(index, { ...lane, copied: lane.copied + (end - start) }),
    },
    moves: [{ kind: 'work', range: { start, end }, copy: true }],
  };
};

/** A round of copies is done: a lane whose whole range is covered is not waited for any longer. */
export const settleCopy = (state: State, copy: QueuedRange): Step => {
  const lane = copy.copyOf === undefined ? undefined : state.lanes[copy.copyOf];
  // the lane may have been answered meanwhile, and be busy with something else
  if (!lane?.busy || copy.copyOf === undefined || lane.busy.start > copy.start || lane.busy.end < copy.end) {
    return { state, moves: [] };
  }
  if (copy.end < lane.busy.end) return { state, moves: [] };
  return {
    state: { ...state, lanes: state.lanes.with(copy.copyOf, { ...lane, abandoned: true }) },
    moves: [{ kind: 'abandon', lane: copy.copyOf }],
  };
};

/** What is left of a range that comes back from a lane: the items that own work has not copied. */
export const withoutCopied = (piece: QueuedRange, lane: Lane | undefined): QueuedRange => ({
  ...piece,
  start: Math.max(piece.start, (lane?.busy?.start ?? piece.start) + (lane?.copied ?? 0)),
});

/** When the next straggler will have been out long enough, if own work could copy it. */
export const nextHedgeMs = (state: State): number => {
  if (!ownWorkIsFree(state)) return Number.POSITIVE_INFINITY;
  const patience = patienceMs(state);
  return Math.min(
    ...state.lanes.filter((lane) => uncopied(lane) > 0).map((lane) => lateAtMs(lane, patience)),
  );
};
