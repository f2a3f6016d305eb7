import type * as z from 'zod';
import { faultsOf } from '../../platform/index.ts';
import { type Outcome, storedError, storedResult } from '../policy/outcome.ts';
import { type EnvelopeReply, partSchema, type ReplyPart, replySchema } from './child-reply.ts';
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

/** What the child at `path` says, in a form; or why it is not that. */
const said = <Said extends ReplyPart>(json: unknown, path: string, schema: z.ZodType): Said | string => {
  if (!isEnvelope(json)) return 'expected an envelope, received other JSON';
  const parsed = schema.safeParse(json[ENVELOPE_KEY]);
  if (!parsed.success) return `expected a reply, received: ${faultsOf(parsed.error.issues)}`;
  const reply = parsed.data as Said;
  return reply.path === path ? reply : `expected the reply of ${path}, received that of ${reply.path}`;
};

/** Reads a part of the reply of the child at `path`, or says why it is none. */
export const openPart = (json: unknown, path: string): ReplyPart | string => said(json, path, partSchema);

/**
 * Reads the reply of the child at `path`, which must answer exactly `items` items. A reply that does not is a
 * string saying why: the wire may cut, repeat or swap replies, and local stand-ins of Lambda answer crashes with
 * plain text.
 *
 * @param told the outcomes of its parts, which the reply goes on from
 */
export const openReply = (
  json: unknown,
  path: string,
  items: number,
  told: EnvelopeReply['outcomes'] = [],
): EnvelopeReply | string => {
  const rest = said<EnvelopeReply>(json, path, replySchema);
  if (typeof rest === 'string') return rest;
  const reply = spelledOut({ ...rest, outcomes: [...told, ...rest.outcomes] }, items);
  if (reply.outcomes.length !== items) return `expected ${items} outcomes, received ${reply.outcomes.length}`;
  return isWhole(reply) ? reply : 'expected an outcome for every item not given back, received gaps';
};
