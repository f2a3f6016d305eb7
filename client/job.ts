import type { JobView } from '../engine/jobs/index.ts';
import { ChildInvocationError, fromWireError, type WireError } from '../platform/index.ts';
import { connectJobs, type JobRequest, type Jobs, type JobsTarget, type NamedPart } from './jobs.ts';

/**
 * A result of a job: the item as it is shown, and what became of it. Of a job of several functions `results` are by their
 * names, and those of the others stay beside the error of the one that failed.
 */
export type JobResult<Result> =
  | { readonly results: Result; readonly [item: string]: unknown }
  | { readonly error: WireError; readonly [item: string]: unknown };

/** A job that was started. Awaited, it is how it ended: all items have outcomes, of which some may be errors. */
export interface Job<Result> extends PromiseLike<JobView> {
  /** By which it is found again. */
  readonly id: Promise<string>;
  /** How far it is, once a second, until it has ended. */
  readonly progress: AsyncIterable<JobView>;
  /** All results in the order of the items, once it has ended. */
  results(): AsyncIterable<JobResult<Result>>;
  /** What is done stays done. */
  cancel(): Promise<JobView>;
}

/** Starts a job at once. Awaiting throws why it failed, by its own name; one that was cancelled has ended well. */
const startJob = <Result>(jobs: Jobs, request: JobRequest): Job<Result> => {
  const id = jobs.start(request);
  // told to whoever awaits it, or anything of the job
  id.catch(() => {});

  async function* progress(): AsyncGenerator<JobView> {
    yield* jobs.watch(await id);
  }

  const end = async (): Promise<JobView> => {
    let last: JobView | undefined;
    for await (const view of progress()) last = view;
    if (last && last.state !== 'failed') return last;
    throw last?.error
      ? fromWireError(last.error)
      : new ChildInvocationError(`Expected job ${await id} to be done, found it failed.`);
  };
  let ended: Promise<JobView> | undefined;
  const whenEnded = () => {
    ended ??= end();
    return ended;
  };

  return {
    id,
    progress: { [Symbol.asyncIterator]: progress },
    results: async function* () {
      await whenEnded();
      for await (const line of jobs.results(await id)) yield JSON.parse(line);
    },
    cancel: async () => jobs.cancel(await id),
    // biome-ignore lint/suspicious/noThenProperty: a job is awaited
    then: (done, failed) => whenEnded().then(done, failed),
  };
};

/** What a job is to do: items, which travel in one request (6 MB), or where they are listed, without that limit. */
export type JobItems<Item> = readonly Item[] | { readonly manifest: string } | { readonly prefix: string };

/** Options of the tree that a job may be given beside the function's own. */
export interface JobOptions {
  /** Default `collect`: an item that fails has its error in its place. */
  readonly onError?: 'raise' | 'collect';
  readonly slots?: number;
}

/** What jobs of several functions are called, whatever the stack's own name is for the function that takes calls of them. */
const SEVERAL = 'orchestrate';

/** What a job is started with. */
export interface JobSettings<Options = Readonly<Record<string, unknown>>> {
  readonly options?: Options;
  /**
   * Functions that each work on all items, by the names they go by in results; their own options stand with them. Default:
   * the one that the client is for.
   */
  readonly functions?: Readonly<Record<string, NamedPart>>;
}

interface Caller extends Pick<JobsTarget, 'connection' | 'invoke' | 'clock'> {
  readonly functionName: string;
  readonly jobs?: Pick<JobsTarget, 'functionName' | 'qualifier'>;
}

/** Starts jobs of one function. */
export const jobStarter =
  <Item, Result>({ functionName, jobs, connection, invoke, clock }: Caller) =>
  (items: JobItems<Item>, { options = {}, functions }: JobSettings = {}): Job<Result> => {
    const kept = connectJobs({
      ...jobs,
      ...(connection && { connection }),
      ...(invoke && { invoke }),
      ...(clock && { clock }),
    });
    const what = 'manifest' in items || 'prefix' in items ? items : { items };
    const called = functions ? { function: SEVERAL, functions } : { function: functionName };
    return startJob(kept, { ...called, options, ...what });
  };
