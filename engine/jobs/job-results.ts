import { InvalidRequestError, NotFoundError, quote } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { type BatchIndex, type IndexedPart, readIndex, readLinesOf } from '../stored-batch/batch-index.ts';
import { readPartId } from './job.ts';
import { readJob, readParts } from './job-store.ts';
import { resultsIndex } from './measure.ts';
import { type NumberedLine, putTogether } from './together-lines.ts';

/** Some of a job's results, one line of JSON each, in order. */
export interface ResultsPage {
  readonly lines: readonly string[];
  /** Where the next page begins; absent of the last one. */
  readonly next?: number;
}

/** A part of the results, and where it is: its lines from `skip` on are those of the items `start` to `end`. */
export interface ResultsLink {
  readonly url: string;
  readonly start: number;
  readonly end: number;
  /** Lines before them, which another part has. */
  readonly skip: number;
}

/** Where results are that are more than a page, in order. */
export interface ResultsLinks {
  readonly parts: readonly ResultsLink[];
  /** Where the next ones begin; absent of the last. */
  readonly next?: number;
}

/** Links of one reply: with a session's token in each, half a megabyte. */
const LINKS = 300;

/** Long enough for that many parts, and no longer than the credentials of a function may live. */
const LINK_SECONDS = 3_600;

/** Of a page: inside a reply's JSON, where quotes are escaped, it is twice as long at most, and a reply has 6 MB. */
const PAGE_BYTES = 2_900_000;

const readFrom = (text: string | undefined): number => {
  const from = Number(text ?? 0);
  if (Number.isInteger(from) && from >= 0 && text !== '') return from;
  throw new InvalidRequestError(`from: expected the place of an item, from 0, received ${quote(text)}`);
};

/** What requests go by, on Lambda and on the local host. */
const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whose results have no name: those of a job of one function. A job of several may have but one, by its name. */
const UNNAMED = '';

/** Results so far. */
interface Results {
  /** By the functions' names. */
  readonly indexes: readonly (readonly [name: string, index: BatchIndex | undefined])[];
  readonly running: boolean;
}

/** The results so far of a job, or of a request that nobody waited for. */
const resultsOf = async (store: ObjectStore, id: string): Promise<Results> => {
  if (!REQUEST_ID.test(id)) {
    const job = await readJob(store, id);
    const indexes = (await readParts(store, job)).map(async (part) => {
      return [readPartId(part.record.id)[1] ?? UNNAMED, await resultsIndex(store, part)] as const;
    });
    return { indexes: await Promise.all(indexes), running: job.state.phase === 'running' };
  }
  const index = await readIndex(store, id);
  if (index) return { indexes: [[UNNAMED, index]], running: false };
  throw new NotFoundError(
    `Expected the id of a request whose results are kept here, received ${id}: it has not ended, or has failed, or somebody waited for it.`,
  );
};

/** The parts that there are from an item on. Of a job that is running, those up to the first item without an outcome. */
const partsFrom = (
  index: BatchIndex | undefined,
  running: boolean,
  first: number,
): readonly IndexedPart[] => {
  const parts = (index?.parts ?? []).filter(({ end }) => end > first);
  const gap = parts.findIndex(({ start }, at) => start > (parts[at - 1]?.end ?? first));
  return running && gap >= 0 ? parts.slice(0, gap) : parts;
};

/** The lines of parts from an item on. */
async function* linesOf(
  store: ObjectStore,
  parts: readonly IndexedPart[],
  first: number,
): AsyncGenerator<NumberedLine> {
  for (const part of parts) {
    let at = part.start;
    for await (const line of readLinesOf(store, part)) {
      if (at >= first) yield { at, line };
      at += 1;
    }
  }
}

/**
 * A page of a job's results, or of those of a request that nobody waited for, by its id, from the item at a place of its
 * list on. Of a job that is running, those up to the first item without an outcome; of one that ended before all was
 * done, those there are. What several functions said of an item is one line.
 *
 * @param from the place as the URL has it. Default: the first
 * @param linked whether a result that is more than a page may be answered by where its parts are, where the store can say
 *   it, and they are those of one function
 * @throws InvalidRequestError for what is no place; NotFoundError for a job that is none
 */
export const readPage = async (
  store: ObjectStore,
  id: string,
  from: string | undefined,
  linked = false,
): Promise<ResultsPage | ResultsLinks> => {
  const first = readFrom(from);
  const { indexes, running } = await resultsOf(store, id);
  const found = indexes.map(([name, index]) => {
    const parts = partsFrom(index, running, first);
    return { name, parts, lines: linesOf(store, parts, first) };
  });
  const one = found.find(({ name }) => name === UNNAMED);
  const lines: string[] = [];
  let bytes = 0;
  for await (const { at, line } of one?.lines ?? putTogether(found, running)) {
    bytes += Buffer.byteLength(line) + 1;
    // one line longer than a page has a page of its own
    if (bytes > PAGE_BYTES && lines.length > 0) {
      return linked && one && store.presign ? linksOf(one.parts, first, store.presign) : { lines, next: at };
    }
    lines.push(line);
  }
  return { lines };
};

const linksOf = async (
  parts: readonly IndexedPart[],
  first: number,
  presign: NonNullable<ObjectStore['presign']>,
): Promise<ResultsLinks> => {
  const links = parts.slice(0, LINKS).map(async ({ key, start, end, skip = 0 }): Promise<ResultsLink> => {
    const passed = Math.max(0, first - start);
    return { url: await presign(key, LINK_SECONDS), start: start + passed, end, skip: skip + passed };
  });
  const next = parts[LINKS]?.start;
  return { parts: await Promise.all(links), ...(next !== undefined && { next }) };
};
