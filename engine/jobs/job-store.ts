import { NotFoundError, quote, readJson } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { JOB_ID, type JobRecord, type JobState, jobKeys } from './job.ts';

/** A job as it is in the store. */
export interface StoredJob {
  readonly record: JobRecord;
  readonly state: JobState;
}

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

/** The jobs that are kept. */
export interface KeptJobs {
  /** The ids of those that are whole, newest first. */
  readonly ids: readonly string[];
  /** Of those of which an object is gone: they are passed over, and whoever lists them says so. */
  readonly partial: readonly string[];
}

/** What jobs there are. One is there with its record, which is put last. */
export const listJobs = async (store: ObjectStore): Promise<KeptJobs> => {
  const keys = new Set((await store.list('jobs/')).map(({ key }) => key));
  const all = [...keys].flatMap((key) => /^jobs\/([^/]+)\/job\.json$/.exec(key)?.[1] ?? []).toReversed();
  const isWhole = (id: string) => JOB_ID.test(id) && keys.has(jobKeys(id).state);
  return { ids: all.filter(isWhole), partial: all.filter((id) => !isWhole(id)) };
};
