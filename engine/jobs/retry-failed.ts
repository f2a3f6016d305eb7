import { ConflictError, NotFoundError, ObjectChangedError, putJson, readJson } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import type { Range } from '../policy/range.ts';
import {
  type BatchIndex,
  type IndexedPart,
  readIndex,
  readLinesOf,
  readResults,
} from '../stored-batch/batch-index.ts';
import { readSource } from '../stored-batch/batch-name.ts';
import { readControl, writeCancelled, writeSlots } from '../stored-batch/control.ts';
import { openList } from '../stored-batch/list.ts';
import { readPartKey } from '../stored-batch/part-key.ts';
import { writePart } from '../stored-batch/write-part.ts';
import { execute, revive } from './execution.ts';
import { batchOf, type JobState, jobKeys } from './job.ts';
import { putLines, readJob, readParts, type StoredJob } from './job-store.ts';
import { failedItemsOf } from './measure.ts';
import type { JobsDeps } from './start-job.ts';

const hasFailures = ({ key }: IndexedPart): boolean => readPartKey(key)?.failed !== 0;

const isFailure = (line: string): boolean => Object.hasOwn(JSON.parse(line), 'error');

/** The items that failed, as the list has them. @throws ObjectChangedError where the list is another by now */
const failedItems = async (
  { store, allowFile }: Pick<JobsDeps, 'store' | 'allowFile'>,
  { record }: StoredJob,
  index: BatchIndex,
): Promise<readonly unknown[]> => {
  const ranges: Range[] = [];
  for await (const { at } of failedItemsOf(store, index)) ranges.push({ start: at, end: at + 1 });
  const batch = batchOf(record.id, 0);
  const { items, etag } = await openList(record.list, { store, batch }, allowFile);
  const source = await readSource(store, batch);
  if (source?.etag !== etag) {
    throw new ObjectChangedError(
      `${record.list.uri}: expected the list that job ${record.id} began with, found another: it has changed`,
    );
  }
  const failed = items.select(ranges);
  return failed.take({ start: 0, end: failed.length });
};

const begunAgain = (state: JobState, startedMs: number): JobState => ({
  ...state,
  phase: 'running',
  executions: state.executions + 1,
  startedMs,
  endedMs: undefined,
  error: undefined,
  stalled: 0,
});

/** How a part that has ended is gone on with: what is missing is done, or what has failed where nothing is. */
const goneOn = async (deps: JobsDeps, job: StoredJob): Promise<JobState | undefined> => {
  const { store, now } = deps;
  const { state } = job;
  const { id } = job.record;
  const again = begunAgain(state, now());
  if (state.phase !== 'done') {
    await writeCancelled(store, batchOf(id, state.attempt), false);
    return { ...again, doneBefore: state.counts.succeeded + state.counts.failed };
  }
  const index = state.index === undefined ? undefined : await readJson<BatchIndex>(store, state.index);
  if (!index?.failed) return undefined;
  const attempt = state.attempt + 1;
  await putLines(store, jobKeys(id).failedItems(attempt), await failedItems(deps, job, index));
  const { slots } = await readControl(store, batchOf(id, state.attempt));
  await writeSlots(store, batchOf(id, attempt), slots);
  const counts = { items: index.items, succeeded: index.succeeded, failed: 0, missing: index.failed };
  return { ...again, attempt, counts, doneBefore: index.succeeded };
};

/**
 * Starts a job again that has ended: what is missing is done if anything is, and otherwise what has failed, and nothing
 * else. It keeps its id and its results. One that is running although its execution has died goes on.
 *
 * @throws ConflictError while it is running, and where nothing is missing and nothing has failed.
 */
export const retryJob = async (id: string, deps: JobsDeps): Promise<void> => {
  const { store, now } = deps;
  const job = await readJob(store, id);
  if (job.state.phase === 'running') {
    if (await revive(deps, id)) return;
    throw new ConflictError(`Expected a job that has ended, received ${id}, which is running`);
  }
  const parts = await readParts(store, job);
  const isAnyOpen = parts.some(({ state }) => state.phase !== 'done');
  const next: StoredJob[] = [];
  for (const part of parts) {
    const isMeant = !isAnyOpen || part.state.phase !== 'done';
    const state = isMeant ? await goneOn(deps, part) : undefined;
    next.push({ ...part, state: state ?? part.state });
  }
  const meant = next.filter(({ state }) => state.phase === 'running');
  if (meant.length === 0) {
    throw new ConflictError(`Expected a job with items that failed, received ${id}, which has none`);
  }
  const doneBefore = next.reduce((sum, { state: { phase, counts, ...of } }) => {
    return sum + (phase === 'running' ? of.doneBefore : counts.succeeded + counts.failed);
  }, 0);
  for (const { record, state } of meant) await putJson(store, jobKeys(record.id).state, state);
  const own = meant.find(({ record }) => record.id === id)?.state;
  const state = own ?? { ...begunAgain(job.state, now()), doneBefore };
  if (!own) await putJson(store, jobKeys(id).state, state);
  await execute(deps, id, state);
};

/**
 * Puts the results of an attempt in the places of those that had failed, and makes the index of all: parts without a
 * failure stay as they are, the others are written anew.
 *
 * @returns the index's key.
 * @throws NotFoundError where an index, or a part, is not there any more.
 */
export const mergeRetried = async (store: ObjectStore, { record, state }: StoredJob): Promise<string> => {
  const { attempt } = state;
  const before = state.index === undefined ? undefined : await readJson<BatchIndex>(store, state.index);
  const retried = await readIndex(store, batchOf(record.id, attempt));
  if (!before || !retried) {
    const which = before ? `attempt ${attempt}` : 'the attempts before';
    throw new NotFoundError(
      `Expected the index of ${which} of job ${record.id}, found none: it may have expired.`,
    );
  }
  const results = readResults(store, retried)[Symbol.asyncIterator]();
  const merged = `${batchOf(record.id, attempt)}.merged`;
  const parts: IndexedPart[] = [];
  for (const part of before.parts) {
    const { start, end } = part;
    if (!hasFailures(part)) {
      parts.push(part);
      continue;
    }
    const lines: string[] = [];
    for await (const line of readLinesOf(store, part)) {
      lines.push(isFailure(line) ? (await results.next()).value : line);
    }
    const { key } = await writePart(store, merged, start, lines, lines.filter(isFailure).length);
    parts.push({ key, start, end });
  }
  const key = jobKeys(record.id).index(attempt);
  const { items } = before;
  const index: BatchIndex = {
    batch: record.id,
    items,
    succeeded: items - retried.failed,
    failed: retried.failed,
    missing: [],
    parts,
  };
  await putJson(store, key, index);
  return key;
};
