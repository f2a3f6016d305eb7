import { instantText, type WireError } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { readControl } from '../stored-batch/control.ts';
import { batchOf, type JobCounts, type JobPhase, readPartId, sumCounts } from './job.ts';
import { readJob, readParts, type StoredJob } from './job-store.ts';
import { FAILURES_SHOWN, type Failure, measureNow } from './measure.ts';

/** What one function of several has done of a job. */
export interface PartView extends JobCounts {
  readonly function: string;
  readonly state: JobPhase;
  readonly error?: WireError;
  /** In the store, once all items have their outcomes. */
  readonly index?: string;
}

/** A job as its watchers see it: the body of `GET /jobs/{id}`. */
export interface JobView {
  readonly id: string;
  readonly url: string;
  readonly function: string;
  readonly state: JobPhase | 'cancelling';
  /** ISO 8601. */
  readonly created: string;
  readonly ended?: string;
  /** Absent until the list was read. Of a job of several functions each item counts once for each, here and below. */
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
  /** Of a job of several, by the names they go by in results, in the order in which they are done. */
  readonly functions?: Readonly<Record<string, PartView>>;
  /** Why it failed; of a job that is running, how its last run did. */
  readonly error?: WireError;
  /** The first items that failed. Of a job of several functions with the name of the one that it failed in, as `function`. */
  readonly failures: readonly Failure[];
  readonly links: {
    /** NDJSON, in order. */
    readonly results: string;
    /** In the store, once all items have their outcomes. */
    readonly index?: string;
  };
}

const partView = ({ record, state }: StoredJob, counts: JobCounts, location: string): PartView => ({
  function: record.function,
  state: state.phase,
  ...counts,
  ...(state.error && { error: state.error }),
  ...(state.index && { index: `${location}${state.index}` }),
});

/** What is told of a job. @throws NotFoundError */
export const viewJob = async (store: ObjectStore, id: string, now: () => number): Promise<JobView> => {
  const job = await readJob(store, id);
  const { record, state } = job;
  const running = state.phase === 'running';
  const seen = await Promise.all(
    (await readParts(store, job)).map(async (part) => {
      const name = readPartId(part.record.id)[1];
      return { part, name, ...(await measureNow(store, part, now)) };
    }),
  );
  const underWay = (seen.find(({ part }) => part.state.phase === 'running') ?? seen[0])?.part;
  const { cancelled, slots } = underWay
    ? await readControl(store, batchOf(underWay.record.id, underWay.state.attempt))
    : {};
  const { items, succeeded, failed, missing } = sumCounts(seen.map(({ counts }) => counts));
  // by when it was counted: a rate of old counts over the time since would fall and fall
  const atMs = Math.max(...seen.map((each) => each.atMs));
  const seconds = ((state.endedMs ?? atMs) - state.startedMs) / 1_000;
  const rate = seconds > 0 ? Math.max(0, succeeded + failed - state.doneBefore) / seconds : 0;
  const error = state.error ?? (running ? underWay?.state.error : undefined);
  const functions = seen.flatMap(({ part, name, counts }) =>
    name === undefined ? [] : [[name, partView(part, counts, store.location)] as const],
  );
  const failures = seen.flatMap(({ name, failures: own }) =>
    own.map((failure): Failure => (name === undefined ? failure : { function: name, ...failure })),
  );
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
    runs: seen.reduce((sum, { part }) => sum + part.state.runs, 0),
    ...(slots !== undefined && { slots }),
    ...(functions.length > 0 && { functions: Object.fromEntries(functions) }),
    ...(error && { error }),
    failures: failures.slice(0, FAILURES_SHOWN),
    links: {
      results: `/jobs/${id}/results`,
      ...(state.index && { index: `${store.location}${state.index}` }),
    },
  };
};
