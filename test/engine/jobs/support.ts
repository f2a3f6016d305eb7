import type { TestContext } from 'node:test';
import type { HandlerDeps } from '../../../engine/handler.ts';
import { each } from '../../../engine/index.ts';
import { type Called, createJobsHandler, type JobEnded, runJob } from '../../../engine/jobs/index.ts';
import { readJobParts } from '../../../functions/orchestrate/index.ts';
import { toWireError } from '../../../platform/index.ts';
import { openStore } from '../../../platform/storage/index.ts';
import { manifestFile } from '../support/manifest-file.ts';
import { memoryTree } from '../support/memory-tree.ts';

type Step = (item: number, run: number, signal: AbortSignal, name: string) => unknown;

interface Run {
  /** Runs the function. */
  readonly answer: () => Promise<Called>;
  /** The file that the index will be in. */
  readonly index: URL;
}

interface JobsInput {
  /** What becomes of an item, by the run of the function, from 1, and the function. Default: the item's triple. */
  readonly item?: Step;
  /** What becomes of a run instead of the function, by its number, from 1; undefined lets it through. */
  readonly run?: (run: number, asked: Run) => Called | undefined | Promise<Called | undefined>;
  /** Whether the state machine can have its turns: the function `jobs` may be broken. Default: always. */
  readonly canTurn?: () => boolean;
  readonly clock?: HandlerDeps['clock'];
  /** What the function `jobs` waits for before it puts an object, and whether it can: not if that rejects. */
  readonly beforePut?: (key: string) => Promise<void>;
  /** The URL of an object. Default: the store has none. */
  readonly presign?: (key: string) => string;
}

/** Names of functions, and what they are called by. */
const targets = new Map(
  [['triple', 'fn'] as const, ['other', 'fn2'] as const].map(([name, functionName]) => [
    name,
    { functionName, qualifier: 'live' },
  ]),
);

/** Jobs in one process: the handler of `jobs`, two functions over numbers, and the state machine between them. */
export const startJobs = async (
  t: TestContext,
  {
    item = (n) => n * 3,
    run = () => undefined,
    canTurn = () => true,
    clock,
    beforePut = async () => {},
    presign,
  }: JobsInput = {},
) => {
  const { uri, store: url, rewrite } = await manifestFile(t, '0\n');
  const store = await openStore(url);
  let runs = 0;
  const treeOf = (name: string) =>
    memoryTree(
      each((given: unknown, { signal }) => item(Number(given), runs, signal, name)),
      { itemKey: 'n', shape: { store: url, allowFile: true, maxWork: 4 }, ...(clock && { clock }) },
    );
  const trees = { fn: treeOf('triple'), fn2: treeOf('other') };
  const context = { awsRequestId: 'r', functionVersion: '7', getRemainingTimeInMillis: () => 60_000 };
  const executions: Promise<unknown>[] = [];
  /** By name, whether they are running. */
  const isOpen = new Map<string, boolean>();
  const waits: number[] = [];
  const called: string[] = [];

  const answer = async (target: string, payload: unknown): Promise<Called> => {
    try {
      const tree = target.startsWith('fn2:') ? trees.fn2 : trees.fn;
      return { kind: 'replied', payload: await tree.run(payload) };
    } catch (thrown) {
      const { name, message } = toWireError(thrown);
      return {
        kind: 'failed',
        error: name,
        cause: JSON.stringify({ errorType: name, errorMessage: message }),
      };
    }
  };

  const callTree = async (target: string, payload: unknown): Promise<Called> => {
    runs += 1;
    called.push(target);
    const { options } = payload as { options: { resume: string } };
    const index = new URL(`batches/${options.resume}/index.json`, store.location);
    return (await run(runs, { answer: () => answer(target, payload), index })) ?? answer(target, payload);
  };

  const handler = createJobsHandler({
    openStore: async () => ({
      ...store,
      put: async (key, content) => {
        await beforePut(key);
        return store.put(key, content);
      },
      ...(presign && { presign: async (key) => presign(key) }),
    }),
    functions: new Map(
      [...targets].map(([name, target]) => [
        name,
        { ...target, form: { itemKey: 'n', item: anything, options: {} } },
      ]),
    ),
    several: { name: 'orchestrate', read: (request) => readJobParts(request, targets) },
    startExecution: async (name, { id }) => {
      const open = isOpen.get(name);
      if (open !== undefined) return open ? 'running' : 'ended';
      isOpen.set(name, true);
      const execution = runJob(id, {
        jobsFunction: 'jobs',
        wait: async (seconds) => void waits.push(seconds),
        call: async (target, payload) => {
          if (target !== 'jobs') return callTree(target, payload);
          if (!canTurn()) return { kind: 'failed', error: 'Runtime.ExitError', cause: 'no turn' };
          return { kind: 'replied', payload: await handler(payload, context) };
        },
      }).finally(() => isOpen.set(name, false));
      execution.catch(() => {});
      executions.push(execution);
      return 'started';
    },
    now: Date.now,
    randomHex: (digits) => String(executions.length).padStart(digits, '0'),
    allowFile: true,
    cost: () => 0,
  });

  const ask = async (method: string, path: string, body?: unknown) => {
    const [rawPath, query = ''] = path.split('?');
    const reply = (await handler(
      {
        version: '2.0',
        rawPath,
        queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
        requestContext: { http: { method } },
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
      context,
    )) as { statusCode: number; headers: Record<string, string>; body: string };
    const isLines = reply.headers['content-type'] === 'application/x-ndjson';
    const texts = reply.body.split('\n').filter((line) => line !== '');
    return {
      status: reply.statusCode,
      headers: reply.headers,
      // biome-ignore lint/suspicious/noExplicitAny: what was answered, for assertions
      body: (isLines ? texts.map((line) => JSON.parse(line)) : JSON.parse(reply.body)) as any,
    };
  };

  return {
    ask,
    /** Any other event that the function `jobs` may be called with. */
    tell: (event: unknown) => handler(event, context),
    store,
    waits,
    targets: called,
    manifest: uri,
    rewrite,
    runs: () => runs,
    /** As a local host that was stopped and started again: it knows no execution. */
    restart: () => isOpen.clear(),
    /** Waits for the execution that was started last. */
    ended: async () => (await executions.at(-1)) as JobEnded,
  };
};

const anything = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const;

export const numbers = (size: number): readonly number[] => Array.from({ length: size }, (_, n) => n);
