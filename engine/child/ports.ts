import type { WireError } from '../../platform/index.ts';
import type { Outcome } from '../policy/outcome.ts';
import type { Range } from '../policy/range.ts';
import type { EnvelopeReply } from '../protocol/child-reply.ts';
import type { GivenItems } from '../stored-batch/item-source.ts';

/** One call of a child. */
export interface ChildCall {
  /** Function name with the qualifier in it, `name:alias` or `name:version`. */
  readonly target: string;
  /** JSON. */
  readonly payload: string;
  /** How long to wait for the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** To be told once the request has left the process. Own work that may block the event loop waits for that, a little. */
  readonly sent?: () => void;
  /** To be told of every line of the reply but the last, as they come, where it is streamed. Default: it is wanted whole. */
  readonly onLine?: (line: string) => void;
}

/** What became of a call; never thrown. */
export type CallOutcome =
  /** It ran and returned; `payload` is JSON if the service kept its word: what follows the lines that were told. */
  | { readonly kind: 'replied'; readonly payload: string }
  /** It ran and its handler threw. */
  | { readonly kind: 'failed'; readonly error: WireError; readonly trace: readonly string[] }
  /** It ran and its environment ended: out of memory, native crash, time-out, exit. */
  | { readonly kind: 'crashed'; readonly error: WireError }
  /** It never ran: 429. */
  | { readonly kind: 'throttled'; readonly reason: string }
  /** Service error or broken connection: it may have run. */
  | { readonly kind: 'lost'; readonly error: WireError }
  /** The request, or the reply, is larger than the service carries. */
  | { readonly kind: 'too-large'; readonly error: WireError; readonly ran?: boolean }
  /** It cannot run, whatever it is given: import, no such handler or function, permission, key. */
  | { readonly kind: 'broken'; readonly error: WireError; readonly ran?: boolean }
  /** Children cannot be had from here: loop detection, no time. */
  | { readonly kind: 'refused'; readonly error: WireError }
  | { readonly kind: 'aborted' };

/**
 * Calls a child and waits for it.
 *
 * @throws ConfigurationError where no call can be made at all: no adapter, no region, no credentials.
 */
export type Invoke = (call: ChildCall) => Promise<CallOutcome>;

/** A call of a child for a range of this invocation's items. */
export interface ChildRequest {
  readonly range: Range;
  readonly given: GivenItems;
  readonly slots: number;
  readonly attempt: number;
  /** Call the tree's exact version instead of the alias. */
  readonly pinned: boolean;
  readonly signal: AbortSignal;
  /** To be told once the request has left. */
  readonly sent?: () => void;
  /** To be told of outcomes ahead of the reply, in order from the first item of the range, by whom they were worked out. */
  readonly onTold?: (at: number, outcome: Outcome<unknown>, version: string) => void;
}

/** What became of it, with the reply opened and checked. */
export type ChildAnswer = {
  /** The child's. */
  readonly path?: string;
  /** False if it never ran: it was not sent, or was refused. */
  readonly ran?: boolean;
  /** It was not sent, for it could not have answered in time: nothing is wrong with the function. */
  readonly noTime?: boolean;
  /** Outcomes that were told before a call failed. Default: none. */
  readonly told?: number;
} & ChildOutcome;

/** What a call came to. */
export type ChildOutcome =
  | { readonly kind: 'answered'; readonly reply: EnvelopeReply }
  | { readonly kind: 'skewed'; readonly error: WireError }
  | Exclude<CallOutcome, { kind: 'replied' }>;

/** Time and chance, so that tests and the simulator can have their own. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `callback` at that instant (at once when it has passed); the result cancels it. */
  at(epochMs: number, callback: () => void): () => void;
  /** Uniform in [0, 1). */
  random(): number;
}

/** What comes of a promise, or undefined where that takes until after an instant (epoch ms). */
export const inTime = <T>(promise: Promise<T>, epochMs: number, clock: Clock): Promise<T | undefined> => {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.at(epochMs, () => resolve(undefined));
  return Promise.race([promise, late]).finally(cancel);
};

/** setTimeout fires at once for longer waits than this (2^31 − 1 ms, a signed 32-bit count). */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The clock of the machine. A timer past the longest one (24.8 days) never fires. */
export const systemClock: Clock = {
  now: Date.now,
  at(epochMs, callback) {
    const waitMs = epochMs - Date.now();
    if (waitMs > LONGEST_TIMER_MS) return () => {};
    const timer = setTimeout(callback, Math.max(0, waitMs));
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
