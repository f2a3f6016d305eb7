import { InvalidRequestError, NotFoundError, quote } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import type { Handler, InvocationContext } from '../handler.ts';
import { type HttpRequest, readHttpEvent } from '../http/events.ts';
import { type HttpReply, problem, ROOT_REQUEST_HEADER } from '../http/problem.ts';
import { readJsonBody } from '../http/read-body.ts';
import { treeOptionsShape } from '../protocol/options.ts';
import { writeCancelled, writeSlots } from '../stored-batch/control.ts';
import { type ExecutionDeps, revive } from './execution.ts';
import { batchOf } from './job.ts';
import { readPage } from './job-results.ts';
import { listJobs, readJob, readParts } from './job-store.ts';
import { retryJob } from './retry-failed.ts';
import { type JobsDeps, startJob } from './start-job.ts';
import { type CostAtMost, STEP_KEY, stepJob } from './step-job.ts';
import { keepSucceeded, readSucceeded } from './succeeded.ts';
import { viewJob } from './view-job.ts';

/** What the function `jobs` is made of. */
export interface JobsHandlerDeps extends Omit<JobsDeps, 'store'> {
  readonly openStore: () => Promise<ObjectStore>;
  readonly cost: CostAtMost;
}

/** Jobs told of by one `GET /jobs`. */
const LISTED = 20;

type Deps = JobsDeps & { readonly cost: CostAtMost };

/** A request of one route. */
interface Asked {
  /** Of the path; empty where it has none. */
  readonly id: string;
  readonly request: HttpRequest;
}

type Answered = Pick<HttpReply, 'statusCode' | 'headers'> & { readonly body: string };

const json = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answered => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const created = (id: string): Answered => json(202, { id, url: `/jobs/${id}` }, { location: `/jobs/${id}` });

const readSlots = (body: unknown): number => {
  const { slots, ...rest } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const read = treeOptionsShape.slots.safeParse(slots);
  if (read.data !== undefined && Object.keys(rest).length === 0) return read.data;
  throw new InvalidRequestError(
    `Expected {"slots": n}, a whole number from 1 to 2^53 - 1, received ${quote(body)}`,
  );
};

/** Says something of the batches that a job is working on; of a job that has ended nothing is said. */
const control = async (
  { store, now }: Pick<ExecutionDeps, 'store' | 'now'>,
  id: string,
  say: (batch: string) => Promise<void>,
  afterwards = async (): Promise<unknown> => undefined,
): Promise<Answered> => {
  const job = await readJob(store, id);
  const isRunning = job.state.phase === 'running';
  for (const { record, state } of isRunning ? await readParts(store, job) : []) {
    await say(batchOf(record.id, state.attempt));
  }
  if (isRunning) await afterwards();
  return json(isRunning ? 202 : 200, await viewJob(store, id, now));
};

/** Of a job of which something has expired is told what, and of the others how they are. */
const passedOver = (error: unknown): undefined => {
  if (!(error instanceof NotFoundError)) throw error;
  console.error(`passed over: ${error.message}`);
};

const listed = async ({ store, now }: Deps, before: string | undefined): Promise<Answered> => {
  const kept = await listJobs(store);
  if (kept.partial.length > 0)
    console.error(`passed over, for they have no state: ${kept.partial.join(', ')}`);
  const ids = kept.ids.filter((id) => before === undefined || id < before);
  const page = ids.slice(0, LISTED);
  const jobs = await Promise.all(page.map((id) => viewJob(store, id, now).catch(passedOver)));
  const told = jobs.filter((job) => job !== undefined);
  return json(200, { jobs: told, ...(ids.length > LISTED && { before: page.at(-1) }) });
};

/** Results as they are, or of those that are many where they are, if that is asked for. */
const results = async ({ store }: Deps, { id, request }: Asked): Promise<Answered> => {
  const { from, links } = request.query;
  const read = await readPage(store, id, from, links === 'true');
  const { next } = read;
  const more = next === undefined ? {} : { link: `</jobs/${id}/results?from=${next}>; rel="next"` };
  if ('parts' in read) return json(200, read, more);
  const headers = { 'content-type': 'application/x-ndjson', ...more };
  return { statusCode: 200, headers, body: read.lines.map((line) => `${line}\n`).join('') };
};

/** Every route, and what it answers. */
const routes: Readonly<Record<string, (deps: Deps, asked: Asked) => Promise<Answered>>> = {
  'POST /jobs': async (deps, { request }) => created(await startJob(readJsonBody(request), deps)),
  'GET /jobs': (deps, { request }) => listed(deps, request.query.before),
  'GET /jobs/{id}': async ({ store, now }, { id }) => json(200, await viewJob(store, id, now)),
  'PATCH /jobs/{id}': (deps, { id, request }) => {
    const slots = readSlots(readJsonBody(request));
    return control(deps, id, (batch) => writeSlots(deps.store, batch, slots));
  },
  'DELETE /jobs/{id}': (deps, { id }) => {
    const cancel = (batch: string) => writeCancelled(deps.store, batch, true);
    // only an execution can end the job
    return control(deps, id, cancel, () => revive(deps, id));
  },
  'GET /jobs/{id}/results': results,
  'POST /jobs/{id}/retry': async (deps, { id }) => {
    await retryJob(id, deps);
    return created(id);
  },
};

/** What the entrance answers, as routes of an HTTP API have it: `POST /jobs`, `GET /jobs/{id}`, … */
export const jobRoutes: readonly string[] = Object.keys(routes);

const answer = async (request: HttpRequest, deps: Deps): Promise<Answered> => {
  const [path, id = '', rest = ''] = /^\/jobs(?:\/([^/]+)(\/[a-z]+)?)?\/?$/.exec(request.path) ?? [];
  const route = `${request.method} ${id === '' ? '/jobs' : `/jobs/{id}${rest}`}`;
  const found = Object.hasOwn(routes, route) ? routes[route] : undefined;
  if (path !== undefined && found) return found(deps, { id, request });
  throw new NotFoundError(
    `Expected one of ${jobRoutes.join(', ')}, received ${request.method} ${request.path.slice(0, 80)}`,
  );
};

const isStep = (event: unknown): event is Readonly<Record<typeof STEP_KEY, unknown>> =>
  typeof event === 'object' && event !== null && STEP_KEY in event;

/**
 * The handler of the function `jobs`: an HTTP entrance for those who start and watch jobs, the turns of the state machine
 * that runs them, and the destination of what was asked for without waiting.
 */
export const createJobsHandler =
  ({ openStore, ...deps }: JobsHandlerDeps): Handler =>
  async (event, context: InvocationContext) => {
    if (isStep(event)) return stepJob(event[STEP_KEY], { ...deps, store: await openStore() });
    const succeeded = readSucceeded(event);
    if (succeeded) return keepSucceeded(await openStore(), succeeded);
    const request = readHttpEvent(event);
    if (!request) {
      throw new InvalidRequestError(
        `Expected an HTTP event of API Gateway, or a message of the state machine, received neither.`,
      );
    }
    try {
      const reply = await answer(request, { ...deps, store: await openStore() });
      return { ...reply, headers: { ...reply.headers, [ROOT_REQUEST_HEADER]: context.awsRequestId } };
    } catch (error) {
      const reply = problem(error, context.awsRequestId);
      if (reply.statusCode === 500) console.error(error);
      return reply;
    }
  };
