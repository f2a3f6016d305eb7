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
import { FUNCTION_ALIAS, type PictureFunctionSettings, pictureFunction } from '../run/local-function.ts';

/** How the functions of the local host are called by those that call others. */
export const callable = treeNames.map((target) => `${target}=${target}:${FUNCTION_ALIAS}`).join(',');

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
    ...functions.map(({ name }) => routeOf(name, `POST /${name}`)),
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
    jobsFunction: `${jobs.name}:${FUNCTION_ALIAS}`,
    call: async (target, payload) => calledOf(await invoke(target, JSON.stringify(payload))),
    wait,
  });

/** Goes on with the jobs that were running when the local host ended last. @returns how many */
export const resumeJobs = async (
  host: Pick<LocalHost, 'startExecution'>,
  { environment = {} }: LocalFunction,
): Promise<number> => {
  const store = await openStore(environment.STORE ?? '');
  let resumed = 0;
  for (const id of await listJobs(store)) {
    const { state } = await readJob(store, id);
    if (state.phase !== 'running') continue;
    host.startExecution(jobs.stateMachine, `${id}-${state.executions}`, { id });
    resumed += 1;
  }
  return resumed;
};
