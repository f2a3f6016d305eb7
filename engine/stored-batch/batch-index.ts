import type { ObjectStore } from '../../platform/storage/object-store.ts';
import { complement, disjoint } from '../policy/cover.ts';
import type { Range } from '../policy/range.ts';
import { indexKey, type Part, partKey, partsPrefix, readPartKey } from './part-key.ts';

/** Where the results of a stored batch are: parts in the order of the items. */
export interface BatchIndex {
  readonly batch: string;
  readonly items: number;
  readonly succeeded: number;
  readonly failed: number;
  /** What no part covers yet; empty when the batch is whole. */
  readonly missing: readonly Range[];
  readonly parts: readonly { readonly key: string; readonly start: number; readonly end: number }[];
}

/**
 * The parts of a batch that count: where two cover the same items (a range was done twice), the first one by index,
 * then the longer one, so that every item is in one part.
 */
export const listParts = async (store: ObjectStore, batch: string): Promise<readonly Part[]> => {
  const objects = await store.list(partsPrefix(batch));
  return disjoint(objects.flatMap(({ key }) => readPartKey(key) ?? []));
};

/** Reads what is there of a batch, and writes its index beside the parts. */
export const writeIndex = async (store: ObjectStore, batch: string, items: number): Promise<BatchIndex> => {
  const parts = await listParts(store, batch);
  const missing = complement(parts, items);
  const failed = parts.reduce((sum, part) => sum + part.failed, 0);
  const done = items - missing.reduce((sum, { start, end }) => sum + (end - start), 0);
  const index: BatchIndex = {
    batch,
    items,
    succeeded: done - failed,
    failed,
    missing,
    parts: parts.map((part) => ({ key: partKey(batch, part), start: part.start, end: part.end })),
  };
  await store.put(indexKey(batch), Buffer.from(JSON.stringify(index)));
  return index;
};

/** The results of a stored batch in the order of its items, one NDJSON line each, a part at a time. */
export async function* readResults(store: ObjectStore, { parts }: BatchIndex): AsyncIterable<string> {
  for (const { key } of parts) {
    const content = await store.get(key);
    if (!content)
      throw new Error(`Expected a part at ${store.location}${key}, found none: it may have expired.`);
    yield* Buffer.from(content).toString('utf8').trimEnd().split('\n');
  }
}
