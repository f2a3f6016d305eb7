import { DESTINATION_RECORD_MAX_BYTES, isRecord, messageOf } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { jsonBytes } from '../protocol/fit.ts';
import type { OpenStore } from '../protocol/wire.ts';
import { indexOf, writeIndex } from './batch-index.ts';
import { writePart } from './write-part.ts';

/** The results in a reply, in order: a list, those of a batch, or the reply itself; undefined of a manifest's, which are kept. */
const resultsOf = (reply: unknown): readonly unknown[] | undefined => {
  if (Array.isArray(reply)) return reply;
  if (!isRecord(reply) || !isRecord(reply.summary)) return [reply];
  if (Array.isArray(reply.results)) return reply.results;
  return isRecord(reply.results) && 'index' in reply.results ? undefined : [reply];
};

/**
 * Keeps the results of a reply as those of a job are kept, as a stored batch by the name of the request's id: who asked
 * without waiting finds them there. The reply of a manifest is left alone, for its results are kept already. Keeping a
 * reply twice is keeping it once.
 *
 * @param reply as it is answered: JSON
 */
export const keepReply = async (store: ObjectStore, requestId: string, reply: unknown): Promise<void> => {
  const results = resultsOf(reply);
  if (!results) return;
  const lines = results.map((result) => JSON.stringify(result));
  const failed = results.filter((result) => isRecord(result) && Object.hasOwn(result, 'error')).length;
  const { part } = await writePart(store, requestId, 0, lines, failed);
  await writeIndex(store, await indexOf(store, requestId, lines.length, lines.length > 0 ? [part] : []));
};

/** Of a record beside the request and the reply. */
const RECORD_REST_BYTES = 4 * 1024;

/**
 * Keeps a reply that is too large for a destination. Whether somebody waits for it is nothing that Lambda tells; where
 * nobody does, it would be nowhere.
 */
export const keepLarge = async (
  request: unknown,
  reply: unknown,
  requestId: string,
  openStore: OpenStore,
): Promise<void> => {
  if (jsonBytes(request) + jsonBytes(reply) <= DESTINATION_RECORD_MAX_BYTES - RECORD_REST_BYTES) return;
  try {
    await keepReply(await openStore(), requestId, reply);
  } catch (error) {
    // whoever does wait has the reply all the same
    console.error(`could not keep the results of ${requestId}: ${messageOf(error)}`);
  }
};
