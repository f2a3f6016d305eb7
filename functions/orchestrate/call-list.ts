import { createCallPool } from '../../client/index.ts';
import type { Invoke } from '../../engine/index.ts';
import { backoffRules } from '../../engine/limits.ts';
import { fullJitterMs } from '../../engine/policy/index.ts';
import {
  ChildInvocationError,
  DeadlineExceededError,
  fromWireError,
  isRecord,
  pause,
  quote,
  ThrottledError,
  type WireError,
} from '../../platform/index.ts';
import type { CallPart, FunctionReply } from './orchestrate.ts';
import type { Callee, ListBatch } from './request.ts';

/** What the calls of one request have in common. */
export interface ListCallSettings {
  readonly invoke: Invoke;
  /** Calls open at once. */
  readonly calls: number;
  /** Invocations at once of all functions together. */
  readonly slots: number;
  /** Epoch ms by which every function must have answered. */
  readonly deadline: number;
  readonly onError: 'raise' | 'collect';
  readonly list: ListBatch;
  readonly parts: readonly Callee[];
  /** What the functions' batches are called before their names. */
  readonly batch: string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Tries of one call. A stored batch goes on where it stopped, so that asking again loses nothing. */
const TRIES = 5;

const replyOf = (payload: string, name: string): FunctionReply => {
  const reply: unknown = JSON.parse(payload);
  if (isRecord(reply) && 'results' in reply && 'summary' in reply) return reply as FunctionReply;
  throw new ChildInvocationError(`${name}: expected results and a summary, received ${quote(reply)}`);
};

/**
 * Calls functions with a list, each as the root of a stored batch of its own, `<batch>-<name>`: sending the request
 * again with that name (`resume`) does what is missing. All of them read the same list, each for itself.
 */
export const createCallList = ({
  invoke,
  calls,
  slots,
  deadline,
  onError,
  list,
  parts,
  batch,
  now,
}: ListCallSettings): CallPart => {
  const atOnce = Math.min(calls, slots);
  // a call may have waited for its turn
  const shared = createCallPool(atOnce).share((call) =>
    invoke({ ...call, timeoutMs: Math.max(1, deadline - now()) }),
  );
  const share = Math.max(1, Math.floor(slots / Math.min(atOnce, parts.length)));
  return async ({ name, target, options }, signal) => {
    const payload = JSON.stringify({
      ...list,
      options: { ...options, onError, deadlineMs: deadline, slots: share, resume: `${batch}-${name}` },
    });
    let last: WireError | undefined;
    for (let tries = 1; tries <= TRIES && now() < deadline; tries += 1) {
      const outcome = await shared({
        target: `${target.functionName}:${target.qualifier ?? 'live'}`,
        payload,
        timeoutMs: deadline - now(),
        signal,
      });
      switch (outcome.kind) {
        case 'replied':
          return replyOf(outcome.payload, name);
        case 'failed':
        case 'broken':
        case 'refused':
        case 'too-large':
          throw fromWireError(outcome.error);
        case 'aborted':
          throw (
            signal.reason ?? new DeadlineExceededError(`${name}: expected an answer before the deadline.`)
          );
        case 'throttled':
          last = new ThrottledError(`${name}: expected room for its call, received ${outcome.reason}.`);
          break;
        case 'crashed':
        case 'lost':
          last = outcome.error;
          break;
        default:
          outcome satisfies never;
      }
      const waitMs = Math.min(
        fullJitterMs(tries, Math.random(), backoffRules),
        Math.max(0, deadline - now()),
      );
      await pause(waitMs, signal);
    }
    throw last
      ? fromWireError(last)
      : new DeadlineExceededError(`${name}: expected time to work, the deadline has come.`);
  };
};
