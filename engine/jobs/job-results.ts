import { InvalidRequestError, quote } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { readLinesOf } from '../stored-batch/batch-index.ts';
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

/**
 * A page of a job's results, from the item at a place of its list on. Of a job that is running, those up to the first
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
  const job = await readJob(store, id);
  const index = await resultsIndex(store, job);
  const lines: string[] = [];
  let bytes = 0;
  let expected = first;
  for (const part of index?.parts ?? []) {
    if (part.end <= first) continue;
    if (job.state.phase === 'running' && part.start > expected) break;
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
