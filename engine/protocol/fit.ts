import { PayloadTooLargeError, SYNC_REQUEST_MAX_BYTES, type WireError } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { rangesWhere } from '../policy/cover.ts';
import type { EnvelopeReply } from './child-reply.ts';
import { checkIn } from './claims.ts';
import type { OpenStore } from './wire.ts';

/** Room in a reply for everything that is not an outcome: what was given back, counts, a resume token. */
const REST_BYTES = 256 * 1024;

/** The outcomes of one reply, as JSON, where there is no store to put it aside. */
export const OUTCOMES_MAX_BYTES = SYNC_REQUEST_MAX_BYTES - REST_BYTES;

/** Bytes of a value as JSON. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/** Bytes of a reply as it is sent: inside an HTTP reply it is a text, and every quote in it is two bytes. */
const sentBytes = (text: string, viaHttp: boolean): number =>
  Buffer.byteLength(viaHttp ? JSON.stringify({ statusCode: 200, headers: {}, body: text }) : text);

/** Room for the status line and headers of an HTTP reply. */
const HEADERS_BYTES = 1024;

/** One entry of a reply: its bytes, and those of what stands in its place where it has no room. */
interface Entry {
  readonly bytes: number;
  readonly without: number;
}

/** The indexes of what has no room in `most` bytes, where the first entries go first. */
export const withoutRoom = (entries: readonly Entry[], most: number): ReadonlySet<number> => {
  const left = new Set<number>();
  let room = entries.reduce((sum, { without }) => sum - without, most);
  for (const [index, { bytes, without }] of entries.entries()) {
    if (bytes - without > room) left.add(index);
    else room -= bytes - without;
  }
  return left;
};

/** Bytes of `null` and its comma. */
const NULL_BYTES = 5;

/**
 * A child's reply as it can travel without a store: receipts of invocations go first, what still has no room is given
 * back, and the rest is answered.
 */
export const fitReply = ({ receipts, ...reply }: EnvelopeReply): EnvelopeReply => {
  const told = { ...reply, ...(receipts && { receipts }) };
  if (jsonBytes(told) <= SYNC_REQUEST_MAX_BYTES - HEADERS_BYTES) return told;
  const left = withoutRoom(
    reply.outcomes.map((outcome) => ({ bytes: jsonBytes(outcome) + 1, without: NULL_BYTES })),
    OUTCOMES_MAX_BYTES,
  );
  const late = rangesWhere(reply.outcomes.length, (index) => left.has(index));
  return {
    ...reply,
    outcomes: reply.outcomes.map((outcome, index) => (left.has(index) ? null : outcome)),
    undone: [...reply.undone, ...late.map((range) => ({ ...range, soloCrashes: 0, why: 'late' as const }))],
  };
};

/** What a caller is told of an item whose result had no room in the reply. */
export const noRoomError: WireError = Object.freeze({
  name: 'PayloadTooLargeError',
  message: 'Its result has no room beside the others in one reply: ask for it with the resume token.',
});

const tooLarge = (bytes: number): PayloadTooLargeError =>
  new PayloadTooLargeError(
    `Expected a reply of at most ${SYNC_REQUEST_MAX_BYTES} bytes, received ${bytes}: send fewer items, or a manifest (with a STORE).`,
  );

/** Puts a reply aside. @returns what stands for it. */
const putAside = async (store: ObjectStore, text: string) => {
  const claim = await checkIn(store, Buffer.from(text));
  return { claim: { uri: `${store.location}claims/${claim.sha256}`, ...claim } };
};

/**
 * A root's reply as it can travel. Where it is larger than an invocation carries, a claim stands for it; without a store
 * `without` makes the reply again, in which the outcomes of these items have no room.
 *
 * @throws PayloadTooLargeError where there is neither.
 */
export const fitRoot = async (
  reply: unknown,
  {
    openStore,
    viaHttp = false,
    without,
  }: {
    readonly openStore?: OpenStore | undefined;
    readonly viaHttp?: boolean | undefined;
    readonly without?: ((most: number) => unknown) | undefined;
  },
): Promise<unknown> => {
  const text = JSON.stringify(reply);
  const bytes = sentBytes(text, viaHttp);
  const most = SYNC_REQUEST_MAX_BYTES - HEADERS_BYTES;
  if (bytes <= (viaHttp ? most : SYNC_REQUEST_MAX_BYTES)) return reply;
  if (openStore) return putAside(await openStore(), text);
  if (!without) throw tooLarge(bytes);
  // quotes weigh more inside HTTP: as much less may be in it as this reply has grown
  const less = without(Math.floor((OUTCOMES_MAX_BYTES * Buffer.byteLength(text)) / bytes));
  const lessBytes = sentBytes(JSON.stringify(less), viaHttp);
  if (lessBytes <= most) return less;
  throw tooLarge(lessBytes);
};
