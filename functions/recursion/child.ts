import { toWireError, type WireError } from '../errors.ts';
import { childDeadline, LEVEL_MARGIN_MS } from './core/deadline.ts';
import type { Range } from './core/range.ts';
import { type EnvelopeReply, openReply, seal } from './envelope.ts';
import type { CallOutcome, Clock, Invoke } from './ports.ts';

/** What all invocations of one tree have in common, and this one's place in it. */
export interface Place {
  /** Name of the function, without qualifier. */
  readonly functionName: string;
  /** Qualifier to call children by: an alias, or nothing where the stand-in of Lambda knows none. */
  readonly qualifier: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  readonly depth: number;
  readonly path: string;
  readonly deadline: number;
  readonly version: string | undefined;
  readonly rootRequestId: string;
}

/** A call of a child for a range of this invocation's items. */
export interface ChildRequest {
  readonly range: Range;
  readonly items: readonly unknown[];
  readonly slots: number;
  readonly attempt: number;
  /** Call the tree's exact version instead of the alias. */
  readonly pinned: boolean;
  readonly signal: AbortSignal;
}

/** What became of it, with the reply opened and checked. */
export type ChildAnswer =
  | { readonly kind: 'answered'; readonly reply: EnvelopeReply }
  | { readonly kind: 'skewed'; readonly error: WireError }
  | Exclude<CallOutcome, { kind: 'replied' }>;

/** A Lambda invocation cannot last longer than 15 minutes (Lambda quotas); past that no answer will come. */
const LONGEST_CALL_MS = 905_000;

/**
 * Makes the caller of this invocation's children. Children are numbered in the order they are called; the number
 * is the last part of their path, so every call of a tree has a path of its own, repeated ones too.
 */
export const createChildCaller = (place: Place, invoke: Invoke, clock: Clock) => {
  let calls = 0;
  let { version } = place;

  const check = (outcome: CallOutcome, path: string, request: ChildRequest): ChildAnswer => {
    if (outcome.kind === 'failed' && outcome.error.name === 'VersionSkewError') {
      return { kind: 'skewed', error: outcome.error };
    }
    if (outcome.kind !== 'replied') return outcome;
    const reply = openReply(outcome.payload, path, request.items.length);
    if (typeof reply === 'string') {
      const message = `Child ${path} of ${place.functionName} answered something else: ${reply}.`;
      return { kind: 'lost', error: { name: 'ChildInvocationError', message } };
    }
    version ??= reply.version;
    if (reply.version === version) return { kind: 'answered', reply };
    const message = `Expected version ${version} of ${place.functionName}, received an answer of version ${reply.version}.`;
    return { kind: 'skewed', error: { name: 'VersionSkewError', message } };
  };

  const call = async (request: ChildRequest): Promise<ChildAnswer> => {
    const path = `${place.path}.${calls++}`;
    const deadline = childDeadline(place.deadline);
    const qualifier = request.pinned && version ? version : place.qualifier;
    try {
      const payload = seal({
        items: request.items,
        options: place.options,
        depth: place.depth + 1,
        path,
        slots: request.slots,
        deadline,
        version,
        rootRequestId: place.rootRequestId,
        attempt: request.attempt,
      });
      const outcome = await invoke({
        target: qualifier ? `${place.functionName}:${qualifier}` : place.functionName,
        payload,
        // at the deadline the signal ends the call; a time-out then would pass for a crash of the child
        timeoutMs: Math.min(LONGEST_CALL_MS, place.deadline + LEVEL_MARGIN_MS - clock.now()),
        signal: request.signal,
      });
      return check(outcome, path, request);
    } catch (error) {
      const { name, message } = toWireError(error);
      const text = `Could not call child ${path} of ${place.functionName}: ${name}: ${message}`;
      return { kind: 'lost', error: { name: 'ChildInvocationError', message: text } };
    }
  };

  return {
    call,
    /** The version that answers this tree, once known. */
    version: () => version,
  };
};
