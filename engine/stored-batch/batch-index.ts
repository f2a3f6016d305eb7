import { NotFoundError, putJson, readJson } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { type Covered, complement, cover } from '../policy/cover.ts';
import { type Range, sizeOfAll } from '../policy/range.ts';
import { indexKey, type Part, partKey, partsPrefix, readPartKey } from './part-key.ts';

/** The items `start` to `end` are in this part, one line each. */
export interface IndexedPart extends Range {
  /** In the store, under its prefix. */
  readonly key: string;
  /** Lines of the part before them: another part has those items. Default 0. */
  readonly skip?: number;
}

/** Where the results of a stored batch are: (parts of) parts in the order of the items, each item once. */
export interface BatchIndex {
  readonly batch: string;
  readonly items: number;
  readonly succeeded: number;
  readonly failed: number;
  /** What no part covers yet; empty when the batch is whole. */
  readonly missing: readonly Range[];
  readonly parts: readonly IndexedPart[];
}

/** All parts there are of a batch; they may overlap in any way, where a range was done twice. */
export const listParts = async (store: ObjectStore, batch: string): Promise<readonly Part[]> =>
  (await store.list(partsPrefix(batch))).flatMap(({ key }) => readPartKey(key) ?? []);

/** The lines of a part that count. @throws NotFoundError where it is not there any more. */
export async function* readLinesOf(
  store: ObjectStore,
  { key, start, end, skip = 0 }: IndexedPart,
): AsyncIterable<string> {
  const content = await store.get(key);
  if (!content) {
    throw new NotFoundError(`Expected a part at ${store.location}${key}, found none: it may have expired.`);
  }
  yield* Buffer.from(content)
    .toString('utf8')
    .split('\n')
    .slice(skip, skip + end - start);
}

const indexed = (batch: string, { start, end, by }: Covered<Part>): IndexedPart => ({
  key: partKey(batch, by),
  start,
  end,
  ...(start > by.start && { skip: start - by.start }),
});

/** How many items of a covered range have failed; parts say so as a whole, so one of which only some counts is read. */
const failedIn = async (store: ObjectStore, batch: string, covered: Covered<Part>): Promise<number> => {
  const { start, end, by } = covered;
  if (by.failed === 0 || (start === by.start && end === by.end)) return by.failed;
  let failed = 0;
  for await (const line of readLinesOf(store, indexed(batch, covered))) {
    if (Object.hasOwn(JSON.parse(line), 'error')) failed += 1;
  }
  return failed;
};

/** Makes the index of what parts there are. Reads none of them but those that are cut and have failed items. */
export const indexOf = async (
  store: ObjectStore,
  batch: string,
  items: number,
  parts: readonly Part[],
): Promise<BatchIndex> => {
  const covered = cover(parts);
  const missing = complement(covered, items);
  let failed = 0;
  for (const range of covered) failed += await failedIn(store, batch, range);
  const done = sizeOfAll(covered);
  return {
    batch,
    items,
    succeeded: done - failed,
    failed,
    missing,
    parts: covered.map((range) => indexed(batch, range)),
  };
};

/** Writes an index beside its parts. @returns its key. */
export const writeIndex = async (store: ObjectStore, index: BatchIndex): Promise<string> => {
  const key = indexKey(index.batch, index.missing.length === 0);
  await putJson(store, key, index);
  return key;
};

/** The index of a batch that is whole; undefined of one that is not. */
export const readIndex = (store: ObjectStore, batch: string): Promise<BatchIndex | undefined> =>
  readJson(store, indexKey(batch, true));

/** The results of a stored batch in the order of its items, one NDJSON line each, a part at a time. */
export async function* readResults(store: ObjectStore, { parts }: BatchIndex): AsyncIterable<string> {
  for (const part of parts) yield* readLinesOf(store, part);
}
