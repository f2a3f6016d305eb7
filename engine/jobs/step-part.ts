import { NotFoundError, putJson, toWireError } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { addStats } from '../policy/outcome.ts';
import { readSource } from '../stored-batch/batch-name.ts';
import { readControl } from '../stored-batch/control.ts';
import { asOpened } from '../stored-batch/list.ts';
import { indexKey } from '../stored-batch/part-key.ts';
import { decide, type Ran } from './decide.ts';
import { batchOf, type JobState, jobKeys } from './job.ts';
import type { StoredJob } from './job-store.ts';
import { measure } from './measure.ts';
import { mergeRetried } from './retry-failed.ts';
import { runRequest } from './run-request.ts';
import type { JobsDeps } from './start-job.ts';

/** A run of a function that is to be. */
export interface Run {
  /** Of the job, or of the part. */
  readonly id: string;
  /** To wait before. */
  readonly seconds: number;
  /** `name:qualifier`. */
  readonly function: string;
  readonly request: unknown;
}

/** How a job ends whose batch has its index: with one of all its results, or with what there is none of any more. */
const wholeEnd = async (store: ObjectStore, job: StoredJob, batch: string) => {
  if (job.state.attempt === 0) return { phase: 'done', index: indexKey(batch, true) } as const;
  try {
    return { phase: 'done', index: await mergeRetried(store, job) } as const;
  } catch (error) {
    // what has expired does not come back; all else may pass
    if (!(error instanceof NotFoundError)) throw error;
    return { phase: 'failed', error: toWireError(error) } as const;
  }
};

/**
 * One turn of a job of one function, or of a part: looks at what there is, decides, notes it, and says what is to be
 * done.
 *
 * @returns the run that is to be, or the job as it has ended.
 */
export const stepPart = async (
  job: StoredJob,
  ran: Ran,
  { store, functions, now }: Pick<JobsDeps, 'store' | 'functions' | 'now'>,
): Promise<Run | StoredJob> => {
  const { record, state } = job;
  const { id } = record;
  const { state: stateKey } = jobKeys(id);
  const batch = batchOf(id, state.attempt);
  const [control, source, { counts }, index] = await Promise.all([
    readControl(store, batch),
    readSource(store, batch),
    measure(store, job),
    store.stat(indexKey(batch, true)),
  ]);
  const raises = record.options.onError === 'raise';
  const decision = decide(state, ran, {
    control,
    missing: counts.missing,
    indexed: index !== undefined,
    raises,
  });
  const next: JobState = {
    ...state,
    counts,
    error: ran.kind === 'failed' ? ran.error : undefined,
    stats: ran.kind === 'answered' ? addStats(state.stats, ran.stats) : state.stats,
    runMs: state.runMs + (ran.kind === 'not yet' ? 0 : Math.max(0, now() - (state.runFromMs ?? now()))),
    slots: control.slots,
  };
  if (decision.go === 'end') {
    const { phase, error } = decision;
    const end = phase === 'done' ? await wholeEnd(store, job, batch) : { phase, error };
    const ended: JobState = { ...next, error: undefined, ...end, endedMs: now() };
    await putJson(store, stateKey, ended);
    return { record, state: ended };
  }
  const { seconds, stalled } = decision;
  const runFromMs = now() + 1_000 * seconds;
  await putJson(store, stateKey, { ...next, stalled, runs: state.runs + 1, runFromMs });
  const { functionName, qualifier } = functions.get(record.function) ?? { functionName: record.function };
  // the version to which the batch is bound, as soon as it is: a deploy meanwhile is none of this job's
  const version = source?.version && source.version !== '$LATEST' ? source.version : qualifier;
  return {
    id,
    seconds,
    function: version === undefined ? functionName : `${functionName}:${version}`,
    request: runRequest(store, job, control.slots),
  };
};

/**
 * A part as it is to be begun: on the list as another part of the job has read it. A list may change, and a prefix has
 * what it has just then; results are put together by their places.
 */
export const withList = async (
  store: ObjectStore,
  part: StoredJob,
  parts: readonly StoredJob[],
): Promise<StoredJob> => {
  const { record, state } = part;
  if (parts.length === 1 || (await readSource(store, batchOf(record.id, 0)))) return part;
  for (const { record: other } of parts) {
    const batch = batchOf(other.id, 0);
    const source = other.list.uri === record.list.uri ? await readSource(store, batch) : undefined;
    if (!source) continue;
    const listed = { ...record, list: asOpened(other.list, source.etag, { store, batch }) };
    await putJson(store, jobKeys(record.id).record, listed);
    return { record: listed, state };
  }
  return part;
};
