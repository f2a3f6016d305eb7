import type { ObjectStore } from '../../platform/storage/index.ts';
import { mostFailures, type Tolerance } from '../policy/tolerance.ts';
import { batchOf, type JobRecord, jobKeys } from './job.ts';
import type { StoredJob } from './job-store.ts';

/** What an attempt works on, and how. */
const workOf = (store: ObjectStore, { record, state }: StoredJob) => {
  if (state.attempt === 0) return { list: record.list, options: record.options };
  const { toleratedFailureCount, toleratedFailurePercentage, ...options } = record.options as Tolerance &
    JobRecord['options'];
  // of all items: a share of those that are done again would be another
  const most = mostFailures({ toleratedFailureCount, toleratedFailurePercentage }, state.counts.items);
  const uri = `${store.location}${jobKeys(record.id).failedItems(state.attempt)}`;
  return {
    list: { format: 'text', uri } as const,
    options: { ...options, ...(most !== undefined && { toleratedFailureCount: most }) },
  };
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
