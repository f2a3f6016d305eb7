import * as z from 'zod';
import { NotFoundError, putJson, toWireError, type WireError } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { addStats } from '../policy/outcome.ts';
import { readSource } from '../stored-batch/batch-name.ts';
import { readControl } from '../stored-batch/control.ts';
import { indexKey } from '../stored-batch/part-key.ts';
import { decide, type Ran } from './decide.ts';
import { batchOf, JOB_ID, type JobState, jobKeys } from './job.ts';
import { readJob, type StoredJob } from './job-store.ts';
import { measure } from './measure.ts';
import { mergeRetried } from './retry-failed.ts';
import { runRequest } from './run-request.ts';
import type { JobsDeps } from './start-job.ts';

/** The key of the state machine's messages; no HTTP event has it. */
export const STEP_KEY = '$job';

const count = z.number().int().min(0);

/** What the state machine tells: which job, and how its last run ended, in the words of Step Functions. */
const stepSchema = z.strictObject({
  id: z.string().regex(JOB_ID),
  ran: z
    .union([
      z.strictObject({
        stats: z.object({ invocations: count, depth: count, throttled: count, retried: count }),
      }),
      z.strictObject({ error: z.string(), cause: z.string() }),
    ])
    .optional(),
});

/** What the state machine is to do. */
export type StepReply =
  | {
      readonly go: 'run';
      /** To wait before. */
      readonly seconds: number;
      /** `name:qualifier`. */
      readonly function: string;
      readonly request: unknown;
    }
  | { readonly go: 'end'; readonly detail: JobEnded };

/** What is told of a job at its end: the detail of the event. */
export interface JobEnded {
  readonly id: string;
  readonly function: string;
  readonly state: Exclude<JobState['phase'], 'running'>;
  readonly items: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly missing: number;
  readonly runs: number;
  readonly invocations: number;
  /** Milliseconds from the execution's start to its end. */
  readonly elapsedMs: number;
  /** US dollars at list price that it has cost at most: every slot busy as long as the function ran. */
  readonly dollarsAtMost: number;
  readonly error: WireError | null;
}

/** What a millisecond of a job costs at most, in dollars, and a run. */
export type CostAtMost = (runMs: number, invocations: number, runs: number) => number;

/** Errors that the platform, the service or the state machine names: the function itself said nothing. */
const NOT_BY_FUNCTION = /^(Runtime|Sandbox|Extension|Lambda|States)\.|^(ChildInvocationError|Unknown)$/;

const messageIn = (cause: string): string => {
  try {
    return String(JSON.parse(cause).errorMessage ?? cause);
  } catch {
    return cause;
  }
};

const ranOf = ({ ran }: z.infer<typeof stepSchema>): Ran => {
  if (!ran) return { kind: 'not yet' };
  if ('stats' in ran) return { kind: 'answered', stats: ran.stats };
  const message = messageIn(ran.cause);
  return {
    kind: 'failed',
    error: { name: ran.error, message },
    byFunction: !NOT_BY_FUNCTION.test(ran.error) && !/Task timed out after/.test(message),
  };
};

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

/** What the job's state says of an event's counts. */
const endedOf = ({ record, state }: StoredJob, nowMs: number, cost: CostAtMost): JobEnded => {
  const { items = 0, succeeded, failed, missing = items } = state.counts;
  return {
    id: record.id,
    function: record.function,
    state: state.phase === 'running' ? 'failed' : state.phase,
    items,
    succeeded,
    failed,
    missing,
    runs: state.runs,
    invocations: state.stats.invocations,
    elapsedMs: nowMs - state.startedMs,
    dollarsAtMost: Number(cost(state.runMs, state.stats.invocations, state.runs).toPrecision(3)),
    error: state.error ?? null,
  };
};

/**
 * One turn of a job's execution: looks at what there is, decides, notes it, and says what is to be done. It may be run
 * again with the same message, as the state machine does when an answer is lost.
 *
 * @param message what is under `STEP_KEY`
 * @throws InvalidRequestError for a message of another form; NotFoundError
 */
export const stepJob = async (
  message: unknown,
  deps: Pick<JobsDeps, 'store' | 'functions' | 'now'> & { readonly cost: CostAtMost },
): Promise<StepReply> => {
  const { store, functions, now, cost } = deps;
  const step = stepSchema.parse(message);
  const { id } = step;
  const job = await readJob(store, id);
  const { record, state } = job;
  const { state: stateKey } = jobKeys(id);
  if (state.phase !== 'running') return { go: 'end', detail: endedOf(job, now(), cost) };
  const batch = batchOf(id, state.attempt);
  const [control, source, { counts }, index] = await Promise.all([
    readControl(store, batch),
    readSource(store, batch),
    measure(store, job),
    store.stat(indexKey(batch, true)),
  ]);
  const ran = ranOf(step);
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
    runMs: state.runMs + (step.ran ? Math.max(0, now() - (state.runFromMs ?? now())) : 0),
    slots: control.slots,
  };
  if (decision.go === 'end') {
    const { phase, error } = decision;
    const end = phase === 'done' ? await wholeEnd(store, job, batch) : { phase, error };
    const ended: JobState = { ...next, error: undefined, ...end, endedMs: now() };
    await putJson(store, stateKey, ended);
    return { go: 'end', detail: endedOf({ record, state: ended }, now(), cost) };
  }
  const { seconds, stalled } = decision;
  const runFromMs = now() + 1_000 * seconds;
  await putJson(store, stateKey, { ...next, stalled, runs: state.runs + 1, runFromMs });
  const { functionName, qualifier } = functions.get(record.function) ?? { functionName: record.function };
  // the version to which the batch is bound, as soon as it is: a deploy meanwhile is none of this job's
  const version = source?.version && source.version !== '$LATEST' ? source.version : qualifier;
  return {
    go: 'run',
    seconds,
    function: version === undefined ? functionName : `${functionName}:${version}`,
    request: runRequest(store, job, control.slots),
  };
};
