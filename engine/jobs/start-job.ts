import {
  ConfigurationError,
  InvalidRequestError,
  parseFunctionName,
  putJson,
  quote,
  toWireError,
} from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { noStats } from '../policy/outcome.ts';
import { type RequestForm, readRequest } from '../protocol/request.ts';
import { type JobRecord, type JobState, jobKeys } from './job.ts';
import { putLines, readJob } from './job-store.ts';

/**
 * Starts an execution, which runs until the job's end: `step` decides, the function runs, `step` decides.
 *
 * @param name unlike all others; starting it twice is starting it once
 * @returns whether this call has started it, or it is running since before, or has ended.
 */
export type StartExecution = (
  name: string,
  input: { readonly id: string },
) => Promise<'started' | 'running' | 'ended'>;

/** What jobs are made with. */
export interface JobsDeps {
  readonly store: ObjectStore;
  /** The functions that jobs may run: how a request looks, and what the function is called by. */
  readonly functions: ReadonlyMap<string, JobFunction>;
  readonly startExecution: StartExecution;
  readonly now: () => number;
  /** Hexadecimal digits, so many, nobody can guess. */
  readonly randomHex: (digits: number) => string;
  /** Whether manifests may be files: on the local host. */
  readonly allowFile: boolean;
}

/** A function that jobs may run. */
export interface JobFunction {
  /** Name or ARN, without qualifier. */
  readonly functionName: string;
  /** Default: unqualified. */
  readonly qualifier: string | undefined;
  readonly form: RequestForm;
}

/** Options that a job decides itself, or that mean nothing without a caller who waits. */
const NOT_FOR_JOBS = ['resume', 'deadlineMs', 'receipts', 'minSuccessful'] as const;

/** A function by the name that requests call it, or by its own. */
const functionCalled = (asked: unknown, functions: JobsDeps['functions']) => {
  if (typeof asked !== 'string') return undefined;
  const own = parseFunctionName(asked)?.functionName;
  return [...functions].find(([name, { functionName }]) => asked === name || own === functionName);
};

/** The JSON of `POST /jobs`, read: which function, and a request as the function takes it. */
const readBody = (body: unknown, functions: JobsDeps['functions']) => {
  const { function: asked, items, ...rest } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const [name, called] = functionCalled(asked, functions) ?? [];
  if (name === undefined || !called) {
    throw new InvalidRequestError(
      `function: expected one of ${[...functions.keys()].join(', ')}, received ${quote(asked)}; a job is one function's: for several, start one for each`,
    );
  }
  // whoever does not know how a function calls its items calls them items
  const request = items === undefined ? rest : { ...rest, [`${called.form.itemKey}s`]: items };
  const read = readRequest(request, called.form);
  const foreign = NOT_FOR_JOBS.find((option) => Object.hasOwn(read.givenOptions, option));
  if (foreign !== undefined) {
    throw new InvalidRequestError(`options.${foreign}: expected none for a job, which ends when all is done`);
  }
  if (read.form !== 'batch' && read.form !== 'manifest') {
    const { itemKey } = called.form;
    throw new InvalidRequestError(
      `Expected {"function": "${name}", "${itemKey}s": […]}, or "manifest" or "prefix" instead, received ${quote(body)}`,
    );
  }
  return { name, called, read };
};

/** What a line of a list would be taken for text as it stands, it says by the item's name. */
const lineOf = (given: unknown, { itemKey }: RequestForm): unknown =>
  typeof given === 'string' || (typeof given === 'object' && given !== null) ? given : { [itemKey]: given };

const idAt = (nowMs: number, random: string): string =>
  `job-${new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}Z/g, '')}-${random}`;

/** The state with which an execution begins. */
export const beginning = (nowMs: number): JobState => ({
  phase: 'running',
  attempt: 0,
  executions: 1,
  startedMs: nowMs,
  counts: { succeeded: 0, failed: 0 },
  doneBefore: 0,
  runs: 0,
  stalled: 0,
  stats: noStats,
  runMs: 0,
});

/** Starts what makes the state true that is in the store: that the job is running. */
export const execute = async (
  { store, startExecution, now }: Pick<JobsDeps, 'store' | 'startExecution' | 'now'>,
  id: string,
  state: JobState,
): Promise<void> => {
  try {
    await startExecution(`${id}-${state.executions}`, { id });
  } catch (error) {
    await putJson(store, jobKeys(id).state, {
      ...state,
      phase: 'failed',
      error: toWireError(error),
      endedMs: now(),
    });
    throw new ConfigurationError(
      `Expected the execution of job ${id} to start: ${toWireError(error).message}`,
      {
        cause: error,
      },
    );
  }
};

/**
 * Sees to it that a job that says that it is running is: its execution may have died without a word, or with the local
 * host. One that is alive is left alone.
 *
 * @returns whether it had none that was alive, and has one now.
 */
export const revive = async (
  deps: Pick<JobsDeps, 'store' | 'startExecution' | 'now'>,
  id: string,
): Promise<boolean> => {
  const { store, startExecution } = deps;
  const { state: seen } = await readJob(store, id);
  const found = await startExecution(`${id}-${seen.executions}`, { id });
  // a local host that was started again knows no execution of the one before
  if (found !== 'ended') return found === 'started';
  // it is over, and may have ended the job since it was seen
  const { state } = await readJob(store, id);
  if (state.phase !== 'running' || state.executions !== seen.executions) return false;
  const next = { ...state, executions: state.executions + 1, stalled: 0 };
  await putJson(store, jobKeys(id).state, next);
  await execute(deps, id, next);
  return true;
};

/**
 * Makes a job of a request (`{"function": "classify", "images": […]}`, or a manifest or a prefix) and starts it.
 *
 * @returns its id.
 * @throws InvalidRequestError for a request that the function would refuse, before anything is made.
 */
export const startJob = async (body: unknown, deps: JobsDeps): Promise<string> => {
  const { store, functions, now, randomHex } = deps;
  const { name, called, read } = readBody(body, functions);
  const createdMs = now();
  const id = idAt(createdMs, randomHex(8));
  const keys = jobKeys(id);
  if (!read.list) {
    await putLines(
      store,
      keys.items,
      read.items.map(({ given }) => lineOf(given, called.form)),
    );
  }
  const record: JobRecord = {
    id,
    function: name,
    list: read.list ?? { format: 'text', uri: `${store.location}${keys.items}` },
    options: { onError: 'collect', ...read.givenOptions },
    createdMs,
  };
  const state = beginning(createdMs);
  await putJson(store, keys.state, state);
  // a job is there with its record, so it has all else by then
  await putJson(store, keys.record, record);
  await execute(deps, id, state);
  return id;
};
