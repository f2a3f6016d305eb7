import { createLambdaInvoke } from '../engine/child/lambda.ts';
import { systemClock } from '../engine/driver.ts';
import type { CallOutcome, Clock, Invoke } from '../engine/index.ts';
import type { JobView } from '../engine/jobs/index.ts';
import { ChildInvocationError, fromWireError } from '../platform/index.ts';
import type { BatchInput } from './batch-input.ts';
import { readResults } from './job-results.ts';

/** Where jobs are kept: the function `jobs` of a stack, or of the local host, and how it is reached. */
export interface JobsTarget extends Pick<BatchInput, 'connection'> {
  /** Name or ARN. Default `jobs`, as on the local host. */
  readonly functionName?: string;
  /** Default `live`. */
  readonly qualifier?: string;
  /** Default: the AWS SDK. */
  readonly invoke?: Invoke;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** A function as requests of orchestrate name it: `classify`, or with its own options. */
export type NamedPart =
  | string
  | { readonly function: string; readonly options?: Readonly<Record<string, unknown>> };

/** A batch that a function is to do as a job. */
export type JobRequest = {
  /** As the stack calls it (`classify`), or its name or ARN; `orchestrate` for several. */
  readonly function: string;
  /** Of orchestrate: the functions, by the names they go by in results. */
  readonly functions?: Readonly<Record<string, NamedPart>>;
  readonly options?: Readonly<Record<string, unknown>>;
} & (
  | { readonly items: readonly unknown[] }
  | { readonly manifest: string | Readonly<Record<string, unknown>> }
  | { readonly prefix: string | Readonly<Record<string, unknown>> }
);

/** Jobs, from outside. Every method throws what was refused, by its own name; none waits for a job's end but `watch`. */
export interface Jobs {
  /** @returns the job's id. */
  start(request: JobRequest): Promise<string>;
  show(id: string): Promise<JobView>;
  /** The newest, 20 at most; `before` the id of the last one seen. */
  list(before?: string): Promise<readonly JobView[]>;
  cancel(id: string): Promise<JobView>;
  /** Does again what has failed, or what is missing of a job that ended before its time. */
  retryFailed(id: string): Promise<void>;
  /** From the next invocations on. */
  setSlots(id: string, slots: number): Promise<JobView>;
  /** Tells how far a job is, once a second, until it has ended: that is the last one. */
  watch(id: string, signal?: AbortSignal): AsyncIterable<JobView>;
  /**
   * What there is of its results, in order: one line of JSON an item. Where they are many they come from the bucket itself,
   * and where that is not to be reached from here, through the function, a page of 3 MB at a time.
   */
  results(id: string): AsyncIterable<string>;
}

/** Between two looks at a job. */
const LOOK_EVERY_MS = 1_000;

/** Of a call that is throttled, 20 s in all, and of one of which nobody knows what became of it. */
const MOST_TRIES = { throttled: 10, unknown: 4 } as const;
const FIRST_WAIT_MS = 200;

/** For an answer, a cold start included. */
const CALL_TIMEOUT_MS = 60_000;

/** What the function `jobs` answers. */
interface Reply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What API Gateway would hand to the function: one entrance, and one wire format, whoever asks. */
const eventOf = (method: string, url: string, body: unknown) => {
  const { pathname, searchParams } = new URL(url, 'http://jobs');
  return {
    version: '2.0',
    rawPath: pathname,
    queryStringParameters: Object.fromEntries(searchParams),
    requestContext: { http: { method, path: pathname } },
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
};

/** Times that a call may be made which ended like this. */
const triesOf = (method: string, called: CallOutcome): number => {
  // it did not run, so it is made again whatever it asks for
  if (called.kind === 'throttled') return MOST_TRIES.throttled;
  // but a second job, or retry, is another
  if (method === 'POST') return 1;
  const isLost =
    called.kind === 'lost' ||
    called.kind === 'crashed' ||
    (called.kind === 'replied' && JSON.parse(called.payload).statusCode >= 500);
  return isLost ? MOST_TRIES.unknown : 1;
};

/** Connects to the jobs of a stack, or of the local host. */
export const connectJobs = ({
  functionName = 'jobs',
  qualifier = 'live',
  connection,
  clock = systemClock,
  ...given
}: JobsTarget = {}): Jobs => {
  let invoke = given.invoke;
  const target = `${functionName}:${qualifier}`;

  const wait = (ms: number) => new Promise<void>((resolve) => void clock.at(clock.now() + ms, resolve));

  const ask = async (method: string, url: string, body?: unknown): Promise<Reply> => {
    invoke ??= createLambdaInvoke({ ...connection, maxSockets: 4 });
    const call = {
      target,
      payload: JSON.stringify(eventOf(method, url, body)),
      timeoutMs: CALL_TIMEOUT_MS,
      signal: new AbortController().signal,
    };
    let called = await invoke(call);
    for (let tries = 1; tries < triesOf(method, called); tries++) {
      await wait(FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 4));
      called = await invoke(call);
    }
    if (called.kind !== 'replied') {
      throw 'error' in called
        ? fromWireError(called.error)
        : new ChildInvocationError(`Expected ${target} to take a call, received: ${called.kind}`);
    }
    const reply: Reply = JSON.parse(called.payload);
    if (reply.statusCode < 400) return reply;
    const { name, detail } = JSON.parse(reply.body);
    throw fromWireError({ name, message: detail });
  };

  const view = async (method: string, id: string, body?: unknown): Promise<JobView> =>
    JSON.parse((await ask(method, `/jobs/${encodeURIComponent(id)}`, body)).body);

  return {
    start: async (request) => JSON.parse((await ask('POST', '/jobs', request)).body).id,
    show: (id) => view('GET', id),
    list: async (before) =>
      JSON.parse((await ask('GET', before === undefined ? '/jobs' : `/jobs?before=${before}`)).body).jobs,
    cancel: (id) => view('DELETE', id),
    retryFailed: async (id) => void (await ask('POST', `/jobs/${encodeURIComponent(id)}/retry`)),
    setSlots: (id, slots) => view('PATCH', id, { slots }),
    watch: async function* (id, signal) {
      for (;;) {
        signal?.throwIfAborted();
        const seen = await view('GET', id);
        yield seen;
        if (seen.state !== 'running' && seen.state !== 'cancelling') return;
        await wait(LOOK_EVERY_MS);
      }
    },
    results: (id) => readResults(id, async (url) => ask('GET', url)),
  };
};
