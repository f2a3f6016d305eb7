import * as z from 'zod';
import { putJson, type WireError } from '../../platform/index.ts';
import { addStats, noStats } from '../policy/outcome.ts';
import type { Ran } from './decide.ts';
import { JOB_OR_PART_ID, type JobState, jobKeys, readPartId, sumCounts } from './job.ts';
import { type AnyJob, readJob, readParts, type StoredJob } from './job-store.ts';
import type { JobsDeps } from './start-job.ts';
import { type Run, stepPart, withList } from './step-part.ts';

/** The key of the state machine's messages; no HTTP event has it. */
export const STEP_KEY = '$job';

const count = z.number().int().min(0);

/** What the state machine tells: which job, or part of it, and how its last run ended, in the words of Step Functions. */
const stepSchema = z.strictObject({
  id: z.string().regex(JOB_OR_PART_ID),
  ran: z
    .union([
      z.strictObject({
        stats: z.object({ invocations: count, depth: count, throttled: count, retried: count }),
      }),
      z.strictObject({ error: z.string(), cause: z.string() }),
    ])
    .optional(),
});

/** What the state machine is to do; its next message has the same id. */
export type StepReply =
  | ({ readonly go: 'run' } & Run)
  | { readonly go: 'end'; readonly id: string; readonly detail: JobEnded };

/** What is told of a job at its end: the detail of the event. */
export interface JobEnded {
  readonly id: string;
  readonly function: string;
  readonly state: Exclude<JobState['phase'], 'running'>;
  /** Of a job of several functions each item counts once for each, here and below. */
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

const NOT_YET: Ran = { kind: 'not yet' };

const ranOf = ({ ran }: z.infer<typeof stepSchema>): Ran => {
  if (!ran) return NOT_YET;
  if ('stats' in ran) return { kind: 'answered', stats: ran.stats };
  const message = messageIn(ran.cause);
  return {
    kind: 'failed',
    error: { name: ran.error, message },
    byFunction: !NOT_BY_FUNCTION.test(ran.error) && !/Task timed out after/.test(message),
  };
};

/** What the job's state says of an event's counts. */
const endedOf = (
  { record, state }: AnyJob,
  parts: readonly StoredJob[],
  { now, cost }: Pick<JobsDeps, 'now'> & { readonly cost: CostAtMost },
): JobEnded => {
  const states = parts.map((part) => part.state);
  const { items = 0, succeeded, failed, missing = items } = sumCounts(states.map(({ counts }) => counts));
  const runs = states.reduce((sum, part) => sum + part.runs, 0);
  const runMs = states.reduce((sum, part) => sum + part.runMs, 0);
  const { invocations } = states.reduce((sum, { stats }) => addStats(sum, stats), noStats);
  return {
    id: record.id,
    function: record.function,
    state: state.phase === 'running' ? 'failed' : state.phase,
    items,
    succeeded,
    failed,
    missing,
    runs,
    invocations,
    elapsedMs: now() - state.startedMs,
    dollarsAtMost: Number(cost(runMs, invocations, runs).toPrecision(3)),
    error: state.error ?? null,
  };
};

/** How a job of several functions ends. Its error is the first that one of them ended with. */
const endOf = (state: JobState, parts: readonly StoredJob[], raised: boolean, endedMs: number): JobState => {
  const failed = parts.find((part) => part.state.phase === 'failed');
  const isCancelled = !raised && parts.some((part) => part.state.phase === 'cancelled');
  const { error } = failed?.state ?? {};
  const [, name] = readPartId(failed?.record.id ?? '');
  return {
    ...state,
    phase: isCancelled ? 'cancelled' : failed ? 'failed' : 'done',
    ...(error && { error: { ...error, message: `${name}: ${error.message}` } }),
    endedMs,
  };
};

/** A part that is not begun any more. */
const leaveOut = async (
  { record, state }: StoredJob,
  { store, now }: Pick<JobsDeps, 'store' | 'now'>,
): Promise<StoredJob> => {
  const left: JobState = { ...state, phase: 'cancelled', endedMs: now() };
  await putJson(store, jobKeys(record.id).state, left);
  return { record, state: left };
};

/**
 * One turn of a job's execution. Functions of a job of several are done in turn, each with all slots; under `raise` the
 * first that fails ends the others. It may be run again with the same message, as the state machine does when an answer
 * is lost: a part that has ended meanwhile does not hear twice how its run ended.
 *
 * @param message what is under `STEP_KEY`
 * @throws InvalidRequestError for a message of another form; NotFoundError
 */
export const stepJob = async (
  message: unknown,
  deps: Pick<JobsDeps, 'store' | 'functions' | 'now'> & { readonly cost: CostAtMost },
): Promise<StepReply> => {
  const { store, now } = deps;
  const step = stepSchema.parse(message);
  const [id] = readPartId(step.id);
  const job = await readJob(store, id);
  const parts = await readParts(store, job);
  const end = (state: JobState, all: readonly StoredJob[]): StepReply => {
    return { go: 'end', id, detail: endedOf({ ...job, state }, all, deps) };
  };
  if (job.state.phase !== 'running') return end(job.state, parts);
  // an execution that began before a job had parts says the job's id: it is one of them that ran, the first that is open
  const open = parts.find(({ state }) => state.phase === 'running');
  const heardBy = step.id === id ? open?.record.id : step.id;
  const ended: StoredJob[] = [];
  let raised = false;
  for (const part of parts) {
    const { record, state } = part;
    const ran = record.id === heardBy ? ranOf(step) : NOT_YET;
    const turned: Run | StoredJob =
      state.phase !== 'running'
        ? part
        : raised
          ? await leaveOut(part, deps)
          : await stepPart(await withList(store, part, parts), ran, deps);
    if (!('state' in turned)) return { go: 'run', ...turned };
    raised ||= turned.state.phase === 'failed' && record.options.onError === 'raise';
    ended.push(turned);
  }
  const [only] = ended;
  if (!('parts' in job.record) && only) return end(only.state, ended);
  const state = endOf(job.state, ended, raised, now());
  await putJson(store, jobKeys(id).state, state);
  return end(state, ended);
};
