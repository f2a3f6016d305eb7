import type { WireError } from '../../platform/index.ts';
import type { TreeStats } from '../policy/outcome.ts';
import type { ListSource } from '../stored-batch/list-source.ts';

/** What a job, or a part of one, was asked to do. */
export interface JobRecord {
  /** Of a part: `<id>/<name>`. */
  readonly id: string;
  /** As requests name it: `classify`. */
  readonly function: string;
  /** Where the items are listed. Of a part that is not the first: once they were read, as they were read then. */
  readonly list: ListSource;
  /** Of every run; with `onError: "collect"` unless the request says otherwise. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly createdMs: number;
}

/** A job of several functions: one of each, its parts, which are done in turn. */
export interface SeveralRecord extends Pick<JobRecord, 'id' | 'function' | 'createdMs'> {
  /** The names of the parts, in order. */
  readonly parts: readonly string[];
}

/** How far the items of a job are. */
export interface JobCounts {
  /** Absent until the list was read for the first time. */
  readonly items?: number | undefined;
  readonly succeeded: number;
  readonly failed: number;
  /** Without an outcome so far; absent as long as `items` is. */
  readonly missing?: number | undefined;
}

/** Where a job is in its life. */
export type JobPhase = 'running' | 'done' | 'failed' | 'cancelled';

/** What changes of a job, written by its execution alone, or while it has none. */
export interface JobState {
  readonly phase: JobPhase;
  /** 0, and one more each time what failed is done again: each has a stored batch of its own. */
  readonly attempt: number;
  /** Executions so far, this one included. */
  readonly executions: number;
  /** Of this execution. */
  readonly startedMs: number;
  readonly endedMs?: number | undefined;
  /** Why it failed; or while it is running, how its last run did. */
  readonly error?: WireError | undefined;
  readonly counts: JobCounts;
  /** Items with an outcome when this execution began, for its rate. */
  readonly doneBefore: number;
  /** Runs of the function, over all executions. */
  readonly runs: number;
  /** Runs in a row after which no less was missing. */
  readonly stalled: number;
  /** With which slots the last run began. */
  readonly slots?: number | undefined;
  /** Of the runs that answered. */
  readonly stats: TreeStats;
  /** Milliseconds from the hand-out of a run to its answer, over all runs. */
  readonly runMs: number;
  /** When the run that is under way begins, or began; epoch ms. */
  readonly runFromMs?: number | undefined;
  /** In the store: the index of the results of all items, once there was one. */
  readonly index?: string | undefined;
}

/** A job's id: `job-`, when it was made, and 32 random bits; it sorts by age. */
export const JOB_ID = /^job-\d{8}T\d{6}-[0-9a-f]{8}$/;

/** That, or the id of a part. */
export const JOB_OR_PART_ID = /^job-\d{8}T\d{6}-[0-9a-f]{8}(?:\/[A-Za-z][\w-]{0,63})?$/;

/** The id of a part. No path of a request has one. */
export const partId = (id: string, name: string): string => `${id}/${name}`;

/** An id, told apart: the job's, and the name of the part. */
export const readPartId = (id: string): readonly [job: string, part: string | undefined] => {
  const [job = '', part] = id.split('/');
  return [job, part];
};

/** The stored batch of an attempt. */
export const batchOf = (id: string, attempt: number): string => {
  const batch = id.replace('/', '-');
  return attempt === 0 ? batch : `${batch}.${attempt}`;
};

/** Counts of all parts: those of a job of several functions count an item once for each. */
export const sumCounts = (all: readonly JobCounts[]): JobCounts => {
  const sum = (count: (counts: JobCounts) => number) => all.reduce((total, each) => total + count(each), 0);
  const succeeded = sum((counts) => counts.succeeded);
  const failed = sum((counts) => counts.failed);
  // all of them work on the same list
  const listed = all.find(({ items }) => items !== undefined)?.items;
  if (listed === undefined) return { succeeded, failed };
  const items = listed * all.length;
  return { items, succeeded, failed, missing: items - succeeded - failed };
};

/** Keys of a job's own objects in the store, beside those of its stored batches. */
export const jobKeys = (id: string) =>
  ({
    record: `jobs/${id}/job.json`,
    state: `jobs/${id}/state.json`,
    counts: `jobs/${id}/counts.json`,
    items: `jobs/${id}/items.ndjson`,
    failedItems: (attempt: number) => `jobs/${id}/failed-${attempt}.ndjson`,
    index: (attempt: number) => `jobs/${id}/index-${attempt}.json`,
  }) as const;
