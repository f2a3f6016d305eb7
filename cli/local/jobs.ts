import { LINES_TYPE } from '../../engine/driver.ts';
import { type Called, jobRoutes, listJobs, readJob, runJob } from '../../engine/jobs/index.ts';
import { functions, jobs, treeNames } from '../../functions/index.ts';
import {
  type HttpRoute,
  type InvokeReply,
  type LocalFunction,
  type LocalHost,
  machineArn,
  type StateMachine,
} from '../../local/index.ts';
import { openStore } from '../../platform/storage/index.ts';
import { formatCount } from '../output/amounts.ts';
import { FUNCTION_ALIAS, type PictureFunctionSettings, pictureFunction } from '../run/local-function.ts';

/** How the functions of the local host are called by those that call others. */
export const callable = treeNames.map((target) => `${target}=${target}:${FUNCTION_ALIAS}`).join(',');

/** Who keeps the results of what was asked for without waiting. */
export const onSuccess = `${jobs.name}:${FUNCTION_ALIAS}`;

/** The function `jobs`, as the local host runs it: one environment of its own, for it works on nothing itself. */
export const jobsFunction = (settings: PictureFunctionSettings): LocalFunction => ({
  ...pictureFunction(jobs.name, settings, {
    FUNCTIONS: callable,
    STATE_MACHINE: machineArn(jobs.stateMachine),
  }),
  reservedConcurrency: 1,
});

/** The routes of the local host's HTTP API: `POST /<function>`, and those of jobs. */
export const httpRoutes = (): readonly HttpRoute[] => {
  const routeOf = (functionName: string, route: string): HttpRoute => {
    const [method = '', path = ''] = route.split(' ');
    return { method, path, functionName, qualifier: FUNCTION_ALIAS };
  };
  return [
    ...functions.map(({ name, invokes }) => ({
      ...routeOf(name, `POST /${name}`),
      ...(invokes === 'itself' && { streams: LINES_TYPE }),
    })),
    ...jobRoutes.map((route) => routeOf(jobs.name, route)),
  ];
};

/** A reply of the local host in the words of Step Functions. */
const calledOf = (reply: InvokeReply): Called => {
  if (reply.kind === 'refused') {
    const { status, name } = reply.refusal;
    const isPassing = status === 429 || status >= 500;
    const cause = JSON.stringify(reply.refusal.body);
    return { kind: isPassing ? 'refused' : 'failed', error: `Lambda.${name}`, cause };
  }
  if (reply.kind !== 'executed') return { kind: 'failed', error: 'Lambda.Unknown', cause: reply.kind };
  const payload = JSON.parse(reply.payload.toString());
  if (reply.functionError === undefined) return { kind: 'replied', payload };
  return { kind: 'failed', error: payload?.errorType ?? 'Lambda.Unknown', cause: reply.payload.toString() };
};

/** The state machine of jobs, as the local host runs it. */
export const jobMachine: StateMachine = (input, { invoke, wait }) =>
  runJob((input as { id: string }).id, {
    jobsFunction: onSuccess,
    call: async (target, payload) => calledOf(await invoke(target, JSON.stringify(payload))),
    wait,
  });

/**
 * Goes on with the jobs that were running when the local host of the same store ended last, if that is wished.
 *
 * @returns what is to be said of them.
 */
export const handleLeftJobs = async (
  host: Pick<LocalHost, 'startExecution'>,
  { environment = {} }: Pick<LocalFunction, 'environment'>,
  { resumeJobs }: { readonly resumeJobs: boolean },
): Promise<readonly string[]> => {
  const store = await openStore(environment.STORE ?? '');
  const { ids, partial } = await listJobs(store);
  const kept = await Promise.all(ids.map((id) => readJob(store, id)));
  const running = kept.filter(({ state }) => state.phase === 'running');
  if (resumeJobs) {
    for (const { record, state } of running) {
      host.startExecution(jobs.stateMachine, `${record.id}-${state.executions}`, { id: record.id });
    }
  }
  const count = formatCount(running.length, 'job');
  const [were, them] = running.length === 1 ? ['was', 'it'] : ['were', 'them'];
  const left = resumeJobs
    ? `going on with ${count}`
    : `${count} ${were} left running: --resume-jobs goes on with ${them}`;
  return [
    ...(partial.length > 0 ? [`passed over, for they have no state: ${partial.join(', ')}`] : []),
    ...(running.length > 0 ? [left] : []),
  ];
};
