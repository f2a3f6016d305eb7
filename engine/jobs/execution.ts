import { ConfigurationError, putJson, toWireError } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { type JobState, jobKeys } from './job.ts';
import { readJob } from './job-store.ts';

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

/** What executions are started with. */
export interface ExecutionDeps {
  readonly store: ObjectStore;
  readonly startExecution: StartExecution;
  readonly now: () => number;
}

/** Starts what makes the state true that is in the store: that the job is running. */
export const execute = async (
  { store, startExecution, now }: ExecutionDeps,
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
export const revive = async (deps: ExecutionDeps, id: string): Promise<boolean> => {
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
