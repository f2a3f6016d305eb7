import { z } from 'zod';
import { InvalidRequestError, type WireError } from '../errors.ts';
import type { Outcome, TreeStats } from './core/outcome.ts';
import { MAX_DEPTH_CAP } from './limits.ts';

/** The one key of internal messages. The HTTP entrance refuses it, so nobody outside can set depth or slots. */
export const ENVELOPE_KEY = '$droste';

/** What a parent tells its child. */
export interface Envelope {
  readonly items: readonly unknown[];
  /** The request's options, as validated at the root. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Distance from the root, 1 or more. */
  readonly depth: number;
  readonly path: string;
  /** How many invocations of the child's subtree may run at once, itself included. */
  readonly slots: number;
  /** Epoch ms by which the child's answer must be on its way. */
  readonly deadline: number;
  /** The function version that answers this tree; absent until a caller outside Lambda has learnt it. */
  readonly version?: string | undefined;
  readonly rootRequestId: string;
  /** Earlier children that had these items and did not answer. */
  readonly attempt: number;
}

/** What a child tells its parent. */
export interface EnvelopeReply {
  /** The child's path, as it was told: a reply with another path belongs to somebody else. */
  readonly path: string;
  readonly version: string;
  /** One per item, in order; `null` where the item is given back (see `undone`). */
  readonly outcomes: readonly (Outcome<unknown> | null)[];
  /** Indexes (within the items) that no child could be had for, and how often each crashed one by itself. */
  readonly undone: readonly { readonly start: number; readonly end: number; readonly soloCrashes: number }[];
  readonly stats: TreeStats;
  /** What the work function says of itself, equal in every invocation of a tree: a model's sha256. */
  readonly identity: Readonly<Record<string, string>>;
}

const wholeFrom = (least: number) => z.number().int().min(least);

const envelopeSchema: z.ZodType<Envelope> = z.strictObject({
  items: z.array(z.unknown()),
  options: z.record(z.string(), z.unknown()),
  depth: wholeFrom(1).max(MAX_DEPTH_CAP),
  path: z.string().regex(/^\d+(\.\d+)*$/),
  slots: wholeFrom(1),
  deadline: z.number(),
  version: z.string().optional(),
  rootRequestId: z.string(),
  attempt: wholeFrom(0),
});

const errorSchema: z.ZodType<WireError> = z.object({ name: z.string(), message: z.string() });
const receiptSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional();

const outcomeSchema = z.union([
  z.strictObject({ error: errorSchema, receipt: receiptSchema }),
  z.strictObject({ results: z.unknown().refine((value) => value !== undefined), receipt: receiptSchema }),
]);

const replySchema = z.strictObject({
  path: z.string(),
  version: z.string(),
  outcomes: z.array(outcomeSchema.nullable()),
  undone: z.array(z.strictObject({ start: wholeFrom(0), end: wholeFrom(1), soloCrashes: wholeFrom(0) })),
  stats: z.strictObject({
    invocations: wholeFrom(1),
    depth: wholeFrom(0),
    throttled: wholeFrom(0),
    retried: wholeFrom(0),
  }),
  identity: z.record(z.string(), z.string()),
});

/** An internal message as it comes off the wire. */
export type Sealed = Readonly<Record<typeof ENVELOPE_KEY, unknown>>;

/** Whether an event is an internal message, well formed or not. */
export const isEnvelope = (event: unknown): event is Sealed =>
  typeof event === 'object' && event !== null && ENVELOPE_KEY in event;

/**
 * The version an internal message is meant for, absent where it does not say. It is read before the rest: a message
 * from another version may have another form.
 */
export const versionMeant = (event: Sealed): string | undefined => {
  const message = event[ENVELOPE_KEY];
  return typeof message === 'object' && message !== null && 'version' in message
    ? String(message.version)
    : undefined;
};

/** Reads an internal message. @throws InvalidRequestError if it is not one this version understands. */
export const openEnvelope = (event: Sealed): Envelope => {
  const parsed = envelopeSchema.safeParse(event[ENVELOPE_KEY]);
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(`Expected an envelope of droste, received: ${z.prettifyError(parsed.error)}`);
};

/** Writes an internal message, either way. */
export const seal = (message: Envelope | EnvelopeReply): string =>
  JSON.stringify({ [ENVELOPE_KEY]: message });

/** Whether the items without an outcome are exactly those given back, each of them once. */
const isWhole = ({ outcomes, undone }: EnvelopeReply): boolean => {
  const open = new Set(outcomes.keys().filter((index) => outcomes[index] === null));
  for (const { start, end } of undone) {
    if (start >= end) return false;
    for (let index = start; index < end; index++) if (!open.delete(index)) return false;
  }
  return open.size === 0;
};

/**
 * Reads the reply of the child at `path`, which must answer exactly `items` items. A reply that does not is a
 * string saying why: the wire may cut, repeat or swap replies, and local stand-ins of Lambda answer crashes with
 * plain text.
 */
export const openReply = (payload: string, path: string, items: number): EnvelopeReply | string => {
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch {
    const head = JSON.stringify(payload.slice(0, 60));
    return `expected JSON, received ${payload.length} characters starting with ${head}`;
  }
  if (!isEnvelope(json)) return 'expected an envelope, received other JSON';
  const parsed = replySchema.safeParse(json[ENVELOPE_KEY]);
  if (!parsed.success) return `expected a reply, received: ${z.prettifyError(parsed.error)}`;
  const reply = parsed.data as EnvelopeReply;
  if (reply.path !== path) return `expected the reply of ${path}, received that of ${reply.path}`;
  if (reply.outcomes.length !== items) return `expected ${items} outcomes, received ${reply.outcomes.length}`;
  return isWhole(reply) ? reply : 'expected an outcome for every item not given back, received gaps';
};
