import { instantText, type WireError } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { readControl } from '../stored-batch/control.ts';
import { batchOf, type JobPhase } from './job.ts';
import { readJob } from './job-store.ts';
import { type Failure, measureNow } from './measure.ts';

/** A job as its watchers see it: the body of `GET /jobs/{id}`. */
export interface JobView {
  readonly id: string;
  readonly url: string;
  readonly function: string;
  readonly state: JobPhase | 'cancelling';
  /** ISO 8601. */
  readonly created: string;
  readonly ended?: string;
  /** Absent until the list was read. */
  readonly items?: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Without an outcome so far. */
  readonly missing?: number;
  /** Items a second since this execution began. */
  readonly rate: number;
  /** Of a job that is running and has a rate. */
  readonly secondsLeft?: number;
  /** Runs of the function so far. */
  readonly runs: number;
  /** Where they were changed. */
  readonly slots?: number;
  /** Why it failed; of a job that is running, how its last run did. */
  readonly error?: WireError;
  /** The first items that failed. */
  readonly failures: readonly Failure[];
  readonly links: {
    /** NDJSON, in order. */
    readonly results: string;
    /** In the store, once all items have their outcomes. */
    readonly index?: string;
  };
}

/** What is told of a job. @throws NotFoundError */
export const viewJob = async (store: ObjectStore, id: string, now: () => number): Promise<JobView> => {
  const job = await readJob(store, id);
  const { record, state } = job;
  const { cancelled, slots } = await readControl(store, batchOf(id, state.attempt));
  const running = state.phase === 'running';
  const { counts, failures, atMs } = await measureNow(store, job, now);
  const { items, succeeded, failed, missing } = counts;
  // by when it was counted: a rate of old counts over the time since would fall and fall
  const seconds = ((state.endedMs ?? atMs) - state.startedMs) / 1_000;
  const rate = seconds > 0 ? Math.max(0, succeeded + failed - state.doneBefore) / seconds : 0;
  return {
    id,
    url: `/jobs/${id}`,
    function: record.function,
    state: running && cancelled ? 'cancelling' : state.phase,
    created: instantText(record.createdMs),
    ...(state.endedMs !== undefined && { ended: instantText(state.endedMs) }),
    ...(items !== undefined && { items }),
    succeeded,
    failed,
    ...(missing !== undefined && { missing }),
    rate: Math.round(rate * 100) / 100,
    ...(running && rate > 0 && missing !== undefined && { secondsLeft: Math.ceil(missing / rate) }),
    runs: state.runs,
    ...(slots !== undefined && { slots }),
    ...(state.error && { error: state.error }),
    failures,
    links: {
      results: `/jobs/${id}/results`,
      ...(state.index && { index: `${store.location}${state.index}` }),
    },
  };
};
