import * as z from 'zod';
import {
  ConfigurationError,
  InvalidRequestError,
  isRecord,
  PayloadTooLargeError,
  SYNC_REQUEST_MAX_BYTES,
} from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { INLINE_WITH_STORE_BYTES } from '../limits.ts';
import type { EnvelopeReply } from './child-reply.ts';
import { checkIn, redeem } from './claims.ts';
import { ENVELOPE_KEY, type Envelope, type Sealed, seal } from './envelope.ts';

/** Opens the tree's store, once; absent where none is configured. */
export type OpenStore = () => Promise<ObjectStore>;

const claimSchema = z.strictObject({
  version: z.string().optional(),
  claim: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number().int().min(0) }),
});

/** Types of values that JSON leaves out, or puts `null` in the place of. */
const NOT_IN_JSON = new Set(['undefined', 'function', 'symbol']);

/** An internal message as JSON. */
const written = (message: Envelope | EnvelopeReply): string => {
  try {
    const items = 'items' in message ? (message.items ?? []) : [];
    const missing = items.findIndex((item) => NOT_IN_JSON.has(typeof item));
    if (missing >= 0) throw new TypeError(`JSON has no ${typeof items[missing]}`);
    return seal(message);
  } catch (error) {
    throw new InvalidRequestError(`Expected items and options that JSON can carry: ${error}`, {
      cause: error,
    });
  }
};

/**
 * Writes an internal message, and puts it aside where it is too large to travel: what travels then is a claim (with
 * the version, which is read before anything else).
 *
 * @throws PayloadTooLargeError above 6 MB where there is no store; InvalidRequestError for what JSON cannot carry.
 */
export const pack = async (message: Envelope | EnvelopeReply, openStore?: OpenStore): Promise<string> => {
  const text = written(message);
  const bytes = Buffer.byteLength(text);
  if (bytes <= (openStore ? INLINE_WITH_STORE_BYTES : SYNC_REQUEST_MAX_BYTES)) return text;
  if (!openStore) {
    throw new PayloadTooLargeError(
      `Expected at most ${SYNC_REQUEST_MAX_BYTES} bytes in one message, received ${bytes} (with a STORE, larger ones are put aside).`,
    );
  }
  const claim = await checkIn(await openStore(), Buffer.from(text));
  return JSON.stringify({ [ENVELOPE_KEY]: { claim, version: message.version } });
};

/**
 * Takes back what a claim stands for; everything else is returned as it is.
 *
 * @throws ConfigurationError for a claim where there is no store; ChildInvocationError where it is not to be had.
 */
export const unpack = async (sealed: Sealed, openStore?: OpenStore): Promise<Sealed> => {
  const parsed = claimSchema.safeParse(sealed[ENVELOPE_KEY]);
  if (!parsed.success) return sealed;
  if (!openStore) throw new ConfigurationError('STORE: expected a store to redeem a claim from, found none');
  const content = await redeem(await openStore(), parsed.data.claim);
  return JSON.parse(Buffer.from(content).toString('utf8')) as Sealed;
};

/** Whether whoever sent a message can redeem a claim in return: it says so, or has sent one itself. */
export const takesClaims = (event: Sealed): boolean => {
  const message = event[ENVELOPE_KEY];
  return isRecord(message) && ('claim' in message || message.claims === true);
};
