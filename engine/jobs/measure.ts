import { putJson, readJson } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { type BatchIndex, indexOf, listParts, readIndex, readLinesOf } from '../stored-batch/batch-index.ts';
import { readSource } from '../stored-batch/batch-name.ts';
import { readPartKey } from '../stored-batch/part-key.ts';
import { batchOf, type JobCounts, jobKeys } from './job.ts';
import type { StoredJob } from './job-store.ts';

/** An item that failed, as its line has it, and where it is in the list. */
export interface Failure {
  readonly index: number;
  readonly [key: string]: unknown;
}

/** How many failures are shown while a job runs. */
export const FAILURES_SHOWN = 10;

/** Counts are made anew when the last ones are so many times older than making them took. */
const PATIENCE = 20;

/** And not more often than this. */
const LEAST_AGE_MS = 1_000;

/** The index of an attempt's stored batch as it is now; undefined before its list was read. */
export const indexNow = async (store: ObjectStore, batch: string): Promise<BatchIndex | undefined> => {
  const whole = await readIndex(store, batch);
  if (whole) return whole;
  const source = await readSource(store, batch);
  return source && indexOf(store, batch, source.items, await listParts(store, batch));
};

/** The results that a job has so far. While what failed is done again, those from before. */
export const resultsIndex = async (
  store: ObjectStore,
  { record, state }: StoredJob,
): Promise<BatchIndex | undefined> =>
  state.index ? readJson<BatchIndex>(store, state.index) : indexNow(store, batchOf(record.id, state.attempt));

/** The counts of all items of a job, of the index of an attempt and that of the results before it. */
export const countsOf = (now: BatchIndex | undefined, before: BatchIndex | undefined): JobCounts => {
  if (before) {
    const { succeeded = 0, failed = 0 } = now ?? {};
    return {
      items: before.items,
      succeeded: before.succeeded + succeeded,
      failed,
      missing: before.failed - succeeded - failed,
    };
  }
  if (!now) return { succeeded: 0, failed: 0 };
  const { items, succeeded, failed } = now;
  return { items, succeeded, failed, missing: items - succeeded - failed };
};

/** The items of an index that failed: their places, and their lines. Only parts with failures are read, one by one. */
export async function* failedItemsOf(store: ObjectStore, index: BatchIndex) {
  for (const part of index.parts) {
    if (readPartKey(part.key)?.failed === 0) continue;
    let at = part.start;
    for await (const line of readLinesOf(store, part)) {
      const read: Readonly<Record<string, unknown>> = JSON.parse(line);
      if (Object.hasOwn(read, 'error')) yield { at, read };
      at += 1;
    }
  }
}

/** @param before what an attempt's list is made of: the items of it that failed */
const firstFailures = async (
  store: ObjectStore,
  index: BatchIndex,
  before: BatchIndex | undefined,
): Promise<readonly Failure[]> => {
  const failures: Failure[] = [];
  const listed = before && failedItemsOf(store, before);
  let passed = 0;
  for await (const { at, read } of failedItemsOf(store, index)) {
    let place = at;
    while (listed && passed <= at) {
      place = (await listed.next()).value?.at ?? at;
      passed += 1;
    }
    failures.push({ index: place, ...read });
    if (failures.length === FAILURES_SHOWN) break;
  }
  return failures;
};

/** What is seen of a job's results at an instant. */
export interface Measured {
  readonly counts: JobCounts;
  /** The first of them. */
  readonly failures: readonly Failure[];
}

/** Counts what a job has done so far. It lists the parts of its batch, and reads those with failures until it has some. */
export const measure = async (store: ObjectStore, job: StoredJob): Promise<Measured> => {
  const { record, state } = job;
  const last = state.index === undefined ? undefined : await readJson<BatchIndex>(store, state.index);
  const isWhole = state.phase === 'done' && last !== undefined;
  const now = isWhole ? last : await indexNow(store, batchOf(record.id, state.attempt));
  const before = isWhole ? undefined : last;
  return { counts: countsOf(now, before), failures: now ? await firstFailures(store, now, before) : [] };
};

/** What was seen, and when. */
export interface Noted extends Measured {
  /** Epoch ms. */
  readonly atMs: number;
  readonly tookMs: number;
  readonly of: string;
}

/**
 * The same for those who ask again and again: of a job with thousands of parts it is as old as it is dear, so that
 * watching costs a twentieth of one reader's time at most, whoever watches.
 */
export const measureNow = async (store: ObjectStore, job: StoredJob, now: () => number): Promise<Noted> => {
  const key = jobKeys(job.record.id).counts;
  const of = `${job.state.attempt} ${job.state.phase}`;
  const noted = await readJson<Noted>(store, key);
  const beganMs = now();
  if (noted?.of === of && beganMs - noted.atMs < Math.max(LEAST_AGE_MS, PATIENCE * noted.tookMs)) {
    return noted;
  }
  const measured = await measure(store, job);
  const seen: Noted = { ...measured, of, atMs: beganMs, tookMs: now() - beganMs };
  await putJson(store, key, seen);
  return seen;
};
