import * as z from 'zod';
import {
  faultsOf,
  InvalidRequestError,
  isRecord,
  toWireError,
  type WireError,
} from '../../platform/index.ts';
import { MAX_DEPTH_CAP } from '../limits.ts';
import { NO_DEADLINE } from '../policy/deadline.ts';
import { BATCH_NAME } from '../stored-batch/part-key.ts';
import { type EnvelopeReply, errorSchema, type ReplyPart } from './child-reply.ts';

/** The one key of internal messages. The HTTP entrance refuses it, so nobody outside can set depth or slots. */
export const ENVELOPE_KEY = '$droste';

const wholeFrom = (least: number) => z.number().int().min(least);

/** Ids and names of an envelope become keys of the store and lines of logs: they are words, and no paths. */
const word = z.string().regex(/^[A-Za-z0-9][\w.-]{0,127}$/);

const envelopeSchema = z.strictObject({
  /** The items themselves, or where they are. */
  items: z.array(z.unknown()).optional(),
  manifest: z
    .strictObject({
      uri: z.string(),
      etag: z.string(),
      slices: z.array(
        z.strictObject({ from: wholeFrom(0), to: wholeFrom(0), items: wholeFrom(0), first: wholeFrom(0) }),
      ),
    })
    .optional(),
  /** Name of the stored batch, if it is one. */
  batch: z.string().regex(BATCH_NAME).optional(),
  /** Whether the parent can redeem a claim; a caller outside Lambda may not reach the store. */
  claims: z.boolean().optional(),
  /** The request's options, as validated at the root. */
  options: z.record(z.string(), z.unknown()),
  /** Distance from the root. */
  depth: wholeFrom(1).max(MAX_DEPTH_CAP),
  path: z
    .string()
    .max(200)
    .regex(/^\d+(\.\d+)*$/),
  /** How many invocations of the child's subtree may run at once, itself included. */
  slots: wholeFrom(1),
  /** Epoch ms by which the child's answer must be on its way. */
  deadline: z.number().min(0).max(NO_DEADLINE),
  /** The function version that answers this tree; absent until a caller outside Lambda has learnt it. */
  version: z
    .string()
    .regex(/^\$?[\w-]{1,128}$/)
    .optional(),
  /** What the tree's work functions have said of themselves so far. */
  identity: z.record(word, z.string()),
  rootRequestId: word,
  /** Of this run of the tree. Default: the root's request id, where that is one of the caller's own making. */
  runId: word.optional(),
  /** Earlier children that had these items and did not answer. */
  attempt: wholeFrom(0),
  /** Whether another version was met: the alias has moved, and children are called by the exact version. */
  pinned: z.boolean().optional(),
  /** Whether the parent reads the reply as it comes about. Default: it is wanted whole. */
  stream: z.boolean().optional(),
  /** The most items of the whole batch that may fail; a child with more among its own stops. Default: any number. */
  toleratedFailures: wholeFrom(0).optional(),
});

/** Nothing of it changes, however deep. */
type Fixed<T> = T extends object ? { readonly [Key in keyof T]: Fixed<T[Key]> } : T;

/** What a parent tells its child. */
export type Envelope = Fixed<z.infer<typeof envelopeSchema>>;

/** An internal message as it comes off the wire. */
export type Sealed = Readonly<Record<typeof ENVELOPE_KEY, unknown>>;

/** Whether an event is an internal message, well formed or not. */
export const isEnvelope = (event: unknown): event is Sealed => isRecord(event) && ENVELOPE_KEY in event;

/**
 * The version an internal message is meant for, absent where it does not say. It is read before the rest: a message
 * from another version may have another form.
 */
export const versionMeant = (event: Sealed): string | undefined => {
  const message = event[ENVELOPE_KEY];
  return isRecord(message) && 'version' in message ? String(message.version) : undefined;
};

/** Reads an internal message. @throws InvalidRequestError if it is not one this version understands. */
export const openEnvelope = (event: Sealed): Envelope => {
  const parsed = envelopeSchema.safeParse(event[ENVELOPE_KEY]);
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(`Expected an envelope of droste, received: ${faultsOf(parsed.error.issues)}`);
};

/** Writes an internal message, either way. */
export const seal = (message: Envelope | EnvelopeReply | ReplyPart): string =>
  JSON.stringify({ [ENVELOPE_KEY]: message });

const abortSchema = z.strictObject({ abort: word });

/** Asks a function to tell the tree of a run, wherever it is under way, that it is not wanted any more. */
export const sealAbort = (runId: string): string => JSON.stringify({ [ENVELOPE_KEY]: { abort: runId } });

/** The run that is not wanted any more, if a message says so. */
export const readAbort = (event: Sealed): string | undefined =>
  abortSchema.safeParse(event[ENVELOPE_KEY]).data?.abort;

const refusalSchema = z.strictObject({ refused: errorSchema });

/**
 * What a child says that is not the one to answer. It is a reply and no function error: a deploy in the middle of a
 * batch is nothing to alarm anybody of, and stand-ins of Lambda do not keep the names of errors.
 */
export const refusal = (error: WireError): Sealed => ({
  [ENVELOPE_KEY]: { refused: { name: error.name, message: error.message } },
});

/** The reason, if a message is a refusal. */
export const readRefusal = (json: unknown): WireError | undefined =>
  isEnvelope(json) ? refusalSchema.safeParse(json[ENVELOPE_KEY]).data?.refused : undefined;

const failureSchema = z.strictObject({ failed: errorSchema, trace: z.array(z.string()) });

/**
 * A function error as a reply, of a function that streams: what its runtime makes of an error is a trailer, which reaches
 * callers of Invoke in a form that AWS does not describe.
 */
export const failure = (thrown: unknown): Sealed => ({
  [ENVELOPE_KEY]: {
    failed: toWireError(thrown),
    trace: thrown instanceof Error ? (thrown.stack?.split('\n') ?? []) : [],
  },
});

/** The error and its trace, if a message is a function error. */
export const readFailure = (json: unknown): z.infer<typeof failureSchema> | undefined =>
  isEnvelope(json) ? failureSchema.safeParse(json[ENVELOPE_KEY]).data : undefined;
