import { NotFoundError, quote } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { JOB_ID, type JobRecord, type JobState, jobKeys } from './job.ts';

/** A job as it is in the store. */
export interface StoredJob {
  readonly record: JobRecord;
  readonly state: JobState;
}

/** Reads an object of JSON; undefined where there is none. */
export const readJson = async <T>(store: ObjectStore, key: string): Promise<T | undefined> => {
  const content = await store.get(key);
  return content && (JSON.parse(Buffer.from(content).toString('utf8')) as T);
};

/** Writes an object of JSON. */
export const putJson = (store: ObjectStore, key: string, value: unknown): Promise<void> =>
  store.put(key, Buffer.from(JSON.stringify(value)));

/** Writes one item a line. */
export const putLines = (store: ObjectStore, key: string, items: readonly unknown[]): Promise<void> =>
  store.put(key, Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join('')));

/** A job by its id. @throws NotFoundError where there is none of that id. */
export const readJob = async (store: ObjectStore, id: string): Promise<StoredJob> => {
  const keys = jobKeys(id);
  const [record, state] = JOB_ID.test(id)
    ? await Promise.all([readJson<JobRecord>(store, keys.record), readJson<JobState>(store, keys.state)])
    : [];
  if (record && state) return { record, state };
  throw new NotFoundError(`Expected the id of a job that is kept here, received ${quote(id)}`);
};

/** The ids of the jobs that are kept, newest first. */
export const listJobs = async (store: ObjectStore): Promise<readonly string[]> =>
  (await store.list('jobs/'))
    .flatMap(({ key }) => /^jobs\/([^/]+)\/job\.json$/.exec(key)?.[1] ?? [])
    .toReversed();
