import { faultsOf } from '../../platform/index.ts';
import { type Outcome, storedError, storedResult } from '../policy/outcome.ts';
import { type EnvelopeReply, replySchema } from './child-reply.ts';
import { ENVELOPE_KEY, isEnvelope } from './envelope.ts';

/** Whether the items without an outcome are exactly those given back, each of them once. */
const isWhole = ({ outcomes, undone }: EnvelopeReply): boolean => {
  const open = new Set(outcomes.keys().filter((index) => outcomes[index] === null));
  for (const { start, end } of undone) {
    if (start >= end) return false;
    for (let index = start; index < end; index++) if (!open.delete(index)) return false;
  }
  return open.size === 0;
};

/** A stored batch's reply with an outcome for each of its items. */
const spelledOut = (reply: EnvelopeReply, items: number): EnvelopeReply => {
  if (!reply.stored) return reply;
  const outcomes: (Outcome<unknown> | null)[] = Array.from({ length: items }, () => null);
  // which of a range have failed only its part knows
  for (const { start, end, failed } of reply.stored.done) {
    outcomes.fill(storedError, start, start + failed).fill(storedResult, start + failed, end);
  }
  return { ...reply, outcomes };
};

/**
 * Reads the reply of the child at `path`, which must answer exactly `items` items. A reply that does not is a
 * string saying why: the wire may cut, repeat or swap replies, and local stand-ins of Lambda answer crashes with
 * plain text.
 */
export const openReply = (json: unknown, path: string, items: number): EnvelopeReply | string => {
  if (!isEnvelope(json)) return 'expected an envelope, received other JSON';
  const parsed = replySchema.safeParse(json[ENVELOPE_KEY]);
  if (!parsed.success) return `expected a reply, received: ${faultsOf(parsed.error.issues)}`;
  const reply = spelledOut(parsed.data as EnvelopeReply, items);
  if (reply.path !== path) return `expected the reply of ${path}, received that of ${reply.path}`;
  if (reply.outcomes.length !== items) return `expected ${items} outcomes, received ${reply.outcomes.length}`;
  return isWhole(reply) ? reply : 'expected an outcome for every item not given back, received gaps';
};
