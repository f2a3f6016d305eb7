import type { WireError } from '../../platform/index.ts';
import { type BackoffRules, type Congestion, uncongested } from './backoff.ts';
import type { Plan } from './plan.ts';
import { freshRange, type Queue, type QueuedRange } from './queue.ts';
import type { Range } from './range.ts';

/** What the policy goes by, fixed for one invocation. */
export interface Rules {
  /** W: the most items own work takes in one round. */
  readonly maxWork: number;
  /** P: the most lanes there may be, 1 or more; a plan uses fewer for a small batch. */
  readonly maxLanes: number;
  /** Whether this place works on items itself; a caller outside Lambda does not. */
  readonly ownWork: boolean;
  /** Children a chunk may be given to before own work does it (or, without own work, it fails). */
  readonly maxAttempts: number;
  /** Whether a parent waits for what this invocation gives back undone. */
  readonly hasParent: boolean;
  /** Whether a child of another version was met further up. Default false. */
  readonly pinned?: boolean;
  readonly backoff: BackoffRules;
}

/** One lane: at most one child at a time. */
export interface Lane {
  readonly slots: number;
  readonly chunk: number;
  /** Until it takes its first chunk. */
  readonly fresh: boolean;
  /** What its child is working on. */
  readonly busy: QueuedRange | undefined;
  /** Whether its child was called by exact version. */
  readonly pinned: boolean;
  /** Bursts of setbacks there had been when its child was called; see `Congestion`. */
  readonly bursts: number;
}

/** A round of own work. */
export interface Round extends Range {
  /** It no longer keeps own work busy (its last downloads are coming in): the next one may start. */
  readonly ready: boolean;
}

/** Everything the policy knows; plain data, never changed in place. */
export interface State {
  readonly rules: Rules;
  readonly queue: Queue;
  /** Rounds of own work under way: one, or two while the first runs out. */
  readonly rounds: readonly Round[];
  readonly lanes: readonly Lane[];
  readonly congestion: Congestion;
  /** False once children cannot be had at all (loop detection). */
  readonly fanOut: boolean;
  /** True once a child of another version was met: children are called by exact version from then on. */
  readonly pinned: boolean;
  /** Whether any child has answered. */
  readonly answered: boolean;
  /** Children that failed or crashed while none had answered. */
  readonly failures: number;
  /** True once nothing new may start. */
  readonly draining: boolean;
}

interface OfLane {
  readonly lane: number;
  readonly nowMs: number;
}

interface Failed extends OfLane {
  readonly error: WireError;
  /** Items from the front of its range that were answered before; never all of them. Default: none. */
  readonly told?: number;
}

/** What happened. Times are of the driver's clock; `random` is uniform in [0, 1). */
export type PolicyEvent =
  | { readonly kind: 'started' | 'woke' | 'stopped'; readonly nowMs: number }
  /** The round that starts at index `start` no longer keeps own work busy (`ready`), or is over (`worked`). */
  | { readonly kind: 'ready' | 'worked'; readonly start: number; readonly nowMs: number }
  /** `undone` is what the child gave back unanswered, in this batch's indexes. */
  | ({ readonly kind: 'answered'; readonly undone?: readonly QueuedRange[] } & OfLane)
  | ({ readonly kind: 'throttled'; readonly random: number } & OfLane)
  /** A service error, a reset, or a reply that is not one: the chunk may have run, its answer is lost. */
  | ({ readonly kind: 'lost'; readonly random: number } & Failed)
  | ({ readonly kind: 'crashed' | 'too-large' | 'skewed' } & Failed)
  /** No child can be had from here: loop detection, or no time. */
  | ({ readonly kind: 'refused' } & Failed)
  /** The function failed for a reason that is no item's: its handler threw, or it cannot be run at all. */
  | ({ readonly kind: 'failed' } & Failed)
  | ({ readonly kind: 'lane-settled' } & OfLane);

/** What to do about it. Calls of children come before own work. */
export type Move =
  | {
      readonly kind: 'invoke';
      readonly lane: number;
      readonly range: Range;
      readonly slots: number;
      readonly attempt: number;
      readonly pinned: boolean;
    }
  | { readonly kind: 'work'; readonly range: Range }
  /** `named`: the range is one item, and itself at fault; otherwise nobody could be had to work on it. */
  | { readonly kind: 'fail'; readonly range: Range; readonly error: WireError; readonly named?: boolean }
  /** Hand the range back to the parent, unanswered, so that its slot can serve somebody else. */
  | { readonly kind: 'give-back'; readonly range: QueuedRange }
  /** Send `woke` at that time, which is later than now; replaces an earlier wake. */
  | { readonly kind: 'wake'; readonly atMs: number }
  | { readonly kind: 'finish' };

/** A state and what follows from the last event. */
export interface Step {
  readonly state: State;
  readonly moves: readonly Move[];
}

/** The state before anything has happened, for `items` items numbered from 0. */
export const initialState = (items: number, plan: Plan, rules: Rules): State => ({
  rules,
  queue: items === 0 ? [] : [freshRange(0, items)],
  rounds: [],
  lanes: plan.lanes.map(({ slots, chunk }) => ({
    slots,
    chunk,
    fresh: true,
    busy: undefined,
    pinned: false,
    bursts: 0,
  })),
  congestion: uncongested(plan.lanes.length),
  fanOut: true,
  pinned: rules.pinned ?? false,
  answered: false,
  failures: 0,
  draining: false,
});
