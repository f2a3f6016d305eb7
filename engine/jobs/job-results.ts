import { InvalidRequestError, NotFoundError, quote } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { readIndex, readLinesOf } from '../stored-batch/batch-index.ts';
import { readJob } from './job-store.ts';
import { resultsIndex } from './measure.ts';

/** Some of a job's results, one line of JSON each, in order. */
export interface ResultsPage {
  readonly lines: readonly string[];
  /** Where the next page begins; absent of the last one. */
  readonly next?: number;
}

/** Of a page: inside a reply's JSON, where quotes are escaped, it is twice as long at most, and a reply has 6 MB. */
const PAGE_BYTES = 2_900_000;

const readFrom = (text: string | undefined): number => {
  const from = Number(text ?? 0);
  if (Number.isInteger(from) && from >= 0 && text !== '') return from;
  throw new InvalidRequestError(`from: expected the place of an item, from 0, received ${quote(text)}`);
};

/** What requests go by, on Lambda and on the local host. */
const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The results so far of a job, or of a request that nobody waited for. */
const resultsOf = async (store: ObjectStore, id: string) => {
  if (!REQUEST_ID.test(id)) {
    const job = await readJob(store, id);
    return { index: await resultsIndex(store, job), running: job.state.phase === 'running' };
  }
  const index = await readIndex(store, id);
  if (index) return { index, running: false };
  throw new NotFoundError(
    `Expected the id of a request whose results are kept here, received ${id}: it has not ended, or has failed, or somebody waited for it.`,
  );
};

/**
 * A page of a job's results, or of those of a request that nobody waited for, by its id, from the item at a place of its list on. Of a job that is running, those up to the first
 * item without an outcome; of one that ended before all was done, those there are.
 *
 * @param from the place as the URL has it. Default: the first
 * @throws InvalidRequestError for what is no place; NotFoundError for a job that is none
 */
export const readPage = async (
  store: ObjectStore,
  id: string,
  from: string | undefined,
): Promise<ResultsPage> => {
  const first = readFrom(from);
  const { index, running } = await resultsOf(store, id);
  const lines: string[] = [];
  let bytes = 0;
  let expected = first;
  for (const part of index?.parts ?? []) {
    if (part.end <= first) continue;
    if (running && part.start > expected) break;
    expected = part.end;
    let at = part.start;
    for await (const line of readLinesOf(store, part)) {
      if (at >= first) {
        bytes += Buffer.byteLength(line) + 1;
        // one line longer than a page has a page of its own
        if (bytes > PAGE_BYTES && lines.length > 0) return { lines, next: at };
        lines.push(line);
      }
      at += 1;
    }
  }
  return { lines };
};
