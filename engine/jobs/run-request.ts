import type { ObjectStore } from '../../platform/storage/index.ts';
import { batchOf, jobKeys } from './job.ts';
import type { StoredJob } from './job-store.ts';

/** What an attempt works on, and how. */
const workOf = (store: ObjectStore, { record, state }: StoredJob) => {
  if (state.attempt === 0) return { list: record.list, options: record.options };
  // a tolerance was for all items: of those that failed, any number may fail again
  const { toleratedFailureCount, toleratedFailurePercentage, ...options } = record.options;
  const uri = `${store.location}${jobKeys(record.id).failedItems(state.attempt)}`;
  return { list: { format: 'text', uri } as const, options };
};

/**
 * The request of each run of a job: that of the job, as one that continues the batch of its attempt.
 *
 * @param slots what was said of them while it ran. Default: what the job's options say
 */
export const runRequest = (store: ObjectStore, job: StoredJob, slots: number | undefined): unknown => {
  const work = workOf(store, job);
  const { format, ...list } = work.list;
  const { slots: asked, ...options } = work.options;
  const most = slots ?? asked;
  const resume = batchOf(job.record.id, job.state.attempt);
  return {
    ...(format === 'prefix' ? { prefix: list } : { manifest: { format, ...list } }),
    options: { ...options, resume, ...(most !== undefined && { slots: most }) },
  };
};
