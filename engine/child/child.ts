import {
  ConfigurationError,
  InvalidRequestError,
  instantText,
  PayloadTooLargeError,
  parseJson,
  quote,
  toWireError,
  type WireError,
} from '../../platform/index.ts';
import { LEVEL_MARGIN_MS } from '../policy/deadline.ts';
import { sizeOf } from '../policy/range.ts';
import type { EnvelopeReply, ReplyPart } from '../protocol/child-reply.ts';
import { isEnvelope, readFailure, readRefusal } from '../protocol/envelope.ts';
import { openReply } from '../protocol/open-reply.ts';
import { type OpenStore, pack, unpack } from '../protocol/wire.ts';
import { deadlineBelow, noteArrival } from './arrivals.ts';
import type { Place } from './place.ts';
import type { CallOutcome, ChildAnswer, ChildOutcome, ChildRequest, Clock, Invoke } from './ports.ts';
import { type ReadAlong, readAlong } from './read-along.ts';

/** A Lambda invocation cannot last longer than 15 minutes (Lambda quotas); past that no answer will come. */
const LONGEST_CALL_MS = 905_000;

const noTimeFor = (path: string, deadline: number): WireError => ({
  name: 'DeadlineExceededError',
  message: `Expected time for child ${path} to answer, but it would have had to by ${instantText(deadline)}.`,
});

/**
 * Two invocations of one tree must say the same of themselves: a model that was replaced between two cold starts
 * would mix two models' answers. The first word counts; who says otherwise is not merged.
 */
const identityFault = (
  known: Record<string, string>,
  said: Readonly<Record<string, string>>,
  path: string,
): ChildOutcome | undefined => {
  for (const [name, value] of Object.entries(said)) {
    if ((known[name] ?? value) === value) continue;
    const message = `Expected ${name} ${known[name]} throughout the tree, received ${value} from child ${path}.`;
    return { kind: 'lost', error: { name: 'VersionSkewError', message } };
  }
  // only now: of an answer that is not merged nothing is remembered
  Object.assign(known, said);
  return undefined;
};

/**
 * Makes the caller of this invocation's children. Children are numbered in the order they are called; the number
 * is the last part of their path, so every call of a tree has a path of its own, repeated ones too.
 */
export const createChildCaller = (place: Place, invoke: Invoke, clock: Clock, openStore?: OpenStore) => {
  let calls = 0;
  let { version } = place;

  /** Why what a child says of itself keeps its answers from being merged, if it does. */
  const admit = (said: ReplyPart): ChildOutcome | undefined => {
    version ??= said.version;
    if (said.version === version) return identityFault(place.identity, said.identity, said.path);
    const message = `Expected version ${version} of ${place.functionName}, received an answer of version ${said.version}.`;
    return { kind: 'skewed', error: { name: 'VersionSkewError', message } };
  };

  const somethingElse = (path: string, what: string): ChildOutcome => {
    const message = `Child ${path} of ${place.functionName} answered something else: ${what}.`;
    return { kind: 'lost', error: { name: 'ChildInvocationError', message } };
  };

  const checkReply = async (
    payload: string,
    path: string,
    items: number,
    told: EnvelopeReply['outcomes'],
  ): Promise<EnvelopeReply | ChildOutcome | WireError | string> => {
    const json = parseJson(payload);
    if (json === undefined) return `expected JSON, received ${quote(payload)}`;
    const refused = readRefusal(json);
    if (refused) return refused;
    const failed = readFailure(json);
    if (failed) return { kind: 'failed', error: failed.failed, trace: failed.trace };
    return openReply(isEnvelope(json) ? await unpack(json, openStore) : json, path, items, told);
  };

  const check = async (
    outcome: CallOutcome,
    path: string,
    { range, pinned }: ChildRequest,
    { fault, outcomes }: ReadAlong,
  ): Promise<ChildOutcome> => {
    if (fault !== undefined && outcome.kind !== 'aborted') {
      return typeof fault === 'string' ? somethingElse(path, fault) : fault;
    }
    // perhaps only what the alias has moved to is broken: the tree's own version is asked before that is said
    if (outcome.kind === 'broken' && !pinned && version !== undefined && place.qualifier !== undefined) {
      return { kind: 'skewed', error: outcome.error };
    }
    if (outcome.kind !== 'replied') return outcome;
    const reply = await checkReply(outcome.payload, path, sizeOf(range), outcomes);
    if (typeof reply === 'string') return somethingElse(path, reply);
    if ('kind' in reply) return reply;
    if ('message' in reply) return { kind: 'skewed', error: reply };
    return admit(reply) ?? { kind: 'answered', reply };
  };

  const call = async (request: ChildRequest): Promise<ChildAnswer> => {
    const path = `${place.path}.${calls++}`;
    const deadline = deadlineBelow(place.deadline, invoke, clock);
    // nobody starts what they cannot finish, and time only gets shorter: own work, if anybody, does what is left
    if (deadline <= clock.now()) {
      return { kind: 'refused', path, noTime: true, error: noTimeFor(path, deadline) };
    }
    let sent = false;
    const parts = readAlong(path, request, admit);
    const qualifier = request.pinned && version ? version : place.qualifier;
    try {
      const payload = await pack(
        {
          ...request.given,
          ...(place.batch && { batch: place.batch }),
          ...(openStore && { claims: true }),
          options: place.options,
          depth: place.depth + 1,
          path,
          slots: request.slots,
          deadline,
          version,
          identity: place.identity,
          rootRequestId: place.rootRequestId,
          ...(place.runId !== place.rootRequestId && { runId: place.runId }),
          attempt: request.attempt,
          ...(request.pinned && { pinned: true }),
          ...(place.stream && { stream: true }),
          ...(place.toleratedFailures !== undefined && { toleratedFailures: place.toleratedFailures }),
        },
        openStore,
      );
      const outcome = await invoke({
        target: qualifier ? `${place.functionName}:${qualifier}` : place.functionName,
        payload,
        // at the deadline the signal ends the call; a time-out then would pass for a crash of the child
        timeoutMs: Math.min(LONGEST_CALL_MS, place.deadline + LEVEL_MARGIN_MS - clock.now()),
        signal: request.signal,
        sent: () => {
          sent = true;
          request.sent?.();
        },
        ...(place.stream && { onLine: parts.onLine }),
      });
      const isUnsent = !sent && (outcome.kind === 'lost' || outcome.kind === 'aborted');
      const answer = await check(outcome, path, request, parts);
      if (answer.kind === 'answered') noteArrival(answer.reply, deadline, invoke, clock);
      const { told } = answer.kind === 'answered' ? { told: 0 } : parts;
      return { ...answer, path, ...(isUnsent && { ran: false }), ...(told > 0 && { told }) };
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      // what one of them cannot be written for is no fault of the others: halved until it is alone
      if (error instanceof PayloadTooLargeError || error instanceof InvalidRequestError) {
        return { kind: 'too-large', path, ran: false, error: toWireError(error) };
      }
      const { name, message } = toWireError(error);
      const text = `Could not call child ${path} of ${place.functionName}: ${name}: ${message}`;
      const { told } = parts;
      return { kind: 'lost', path, ran: sent, told, error: { name: 'ChildInvocationError', message: text } };
    }
  };

  return {
    call,
    /** The version that answers this tree, once known. */
    version: () => version,
  };
};
