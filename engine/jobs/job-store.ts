import { NotFoundError, quote, readJson } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { JOB_ID, type JobRecord, type JobState, jobKeys, partId, type SeveralRecord } from './job.ts';

/** A job of one function, or a part, as it is in the store. */
export interface StoredJob {
  readonly record: JobRecord;
  readonly state: JobState;
}

/** A job of either kind. */
export interface AnyJob {
  readonly record: JobRecord | SeveralRecord;
  readonly state: JobState;
}

/** Writes one item a line. */
export const putLines = (store: ObjectStore, key: string, items: readonly unknown[]): Promise<void> =>
  store.put(key, Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join('')));

const readKept = async <Kept>(store: ObjectStore, id: string) => {
  const keys = jobKeys(id);
  const [record, state] = await Promise.all([
    readJson<Kept>(store, keys.record),
    readJson<JobState>(store, keys.state),
  ]);
  return record && state && { record, state };
};

/** A job by its id. @throws NotFoundError where there is none of that id. */
export const readJob = async (store: ObjectStore, id: string): Promise<AnyJob> => {
  const job = JOB_ID.test(id) ? await readKept<AnyJob['record']>(store, id) : undefined;
  if (job) return job;
  throw new NotFoundError(`Expected the id of a job that is kept here, received ${quote(id)}`);
};

/** The parts of a job: of one function, the job itself. @throws NotFoundError where one is not there any more */
export const readParts = async (
  store: ObjectStore,
  { record, state }: AnyJob,
): Promise<readonly StoredJob[]> => {
  if (!('parts' in record)) return [{ record, state }];
  return Promise.all(
    record.parts.map(async (name) => {
      const part = await readKept<JobRecord>(store, partId(record.id, name));
      if (part) return part;
      throw new NotFoundError(`Expected part ${name} of job ${record.id}, found none: it may have expired.`);
    }),
  );
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
