import { randomUUID } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { runBatch } from '../../../client/index.ts';
import type { LocalConnection } from '../../../local/index.ts';
import type { PageEvent, PageRequest, RunInvocation } from '../../../view/index.ts';
import { tagsShape } from '../../output/tags.ts';
import { keepTree } from '../../report/keep-tree.ts';
import { itemOf } from '../../report/run-of.ts';
import { FUNCTION_ALIAS } from '../../run/local-function.ts';
import { runFaults } from './run-faults.ts';
import type { TreeFollower, TreeWatch } from './tree-watch.ts';

/** A picture of a run: what the page calls it, and what the function is asked for. */
export interface NamedReference {
  readonly name: string;
  readonly reference: string;
}

/** What a run of the page takes. */
export interface PageRunInput {
  readonly request: PageRequest;
  readonly pictures: readonly NamedReference[];
  /** The model to ask for by name; undefined for the host's own. */
  readonly model: string | undefined;
  readonly connection: LocalConnection;
  readonly trees: TreeWatch;
}

/** Proxies and the host close connections on which nothing comes for long. */
const HEARTBEAT_MS = 15_000;

/** Tells of a tree as it grows; what its receipts say in the end is more, and takes its place. */
const following = (
  startedMs: number,
  faults: ReturnType<typeof runFaults>,
  tell: (event: PageEvent) => void,
): TreeFollower => {
  const running = new Map<string, RunInvocation>();
  const sinceStart = (): number => Date.now() - startedMs;
  return {
    fault: faults.onCall,
    throttled: ({ path, attempt, items = [] }) => {
      const at = sinceStart();
      const invocation: RunInvocation = {
        ...{ path, attempt, environment: '', cold: false, span: [at, at], ownWork: [] },
        ...{ items: items.length, outcome: 'throttled' },
      };
      tell({ kind: 'invocation', id: randomUUID(), invocation });
    },
    started: (started) => {
      const { id, environment, cold, envelope } = started;
      const { path, attempt, items = [] } = envelope;
      const at = sinceStart();
      const invocation: RunInvocation = {
        ...{ path, attempt, environment, cold, span: [at, at], ownWork: [] },
        ...{ items: items.length, outcome: 'running' },
      };
      running.set(id, invocation);
      tell({ kind: 'invocation', id, invocation });
      faults.onStarted(started);
    },
    ended: (id, failed) => {
      const invocation = running.get(id);
      faults.onEnded(id);
      if (!invocation) return;
      running.delete(id);
      const span = [invocation.span[0], sinceStart()] as const;
      tell({
        kind: 'invocation',
        id,
        invocation: { ...invocation, span, outcome: failed ? 'crashed' : 'answered' },
      });
    },
  };
};

const run = async (
  { request, pictures, model, connection, trees }: PageRunInput,
  tell: (event: PageEvent) => void,
  signal: AbortSignal,
): Promise<void> => {
  const startedMs = Date.now();
  const shape = tagsShape('tags', request.model);
  const rootRequestId = randomUUID();
  const faults = runFaults(request.faults, pictures[Math.floor(pictures.length / 2)]?.reference);
  const tree = keepTree({ title: 'droste classify', where: undefined, startedMs });
  const unfollow = trees.follow(rootRequestId, following(startedMs, faults, tell));
  tell({ kind: 'started', rootRequestId, startedMs });
  try {
    const { summary, stopped } = await runBatch({
      ...{ functionName: 'classify', qualifier: FUNCTION_ALIAS, connection, runId: rootRequestId, signal },
      items: pictures.map(({ reference }) => reference),
      options: { topK: 5, receipts: true, ...(model !== undefined && { models: [model] }) },
      onError: 'collect',
      shape: { maxWork: request.maxWork, maxLanes: request.parallel, slots: request.slots },
      onOutcome: (index, outcome) => {
        const { name = '', reference = '' } = pictures[index] ?? {};
        const answers = 'results' in outcome ? (shape.answers?.(outcome.results) ?? []) : [];
        const item = itemOf(name, outcome, answers, { reference });
        const { error } = item;
        // where an upload lies on this machine is nothing to the page
        const shown = error && {
          ...item,
          error: { ...error, message: error.message.replaceAll(reference, name) },
        };
        tell({ kind: 'item', index, item: shown ?? item });
      },
    });
    tree.add([{ name: '', summary }]);
    tell({
      kind: 'ended',
      run: tree.run(Date.now() - startedMs),
      ...(stopped && { stopped: `${stopped.name}: ${stopped.message}` }),
    });
  } catch (error) {
    tell({
      kind: 'failed',
      message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    });
  } finally {
    unfollow();
  }
};

/** Runs what the page asks for, as server-sent events. Whoever destroys the stream stops the run. */
export const startPageRun = (input: PageRunInput): Readable => {
  const stream = new PassThrough();
  const gone = new AbortController();
  const heartbeat = setInterval(() => stream.write(':\n\n'), HEARTBEAT_MS);
  stream.once('close', () => {
    clearInterval(heartbeat);
    gone.abort(new Error('the page has gone'));
  });
  const tell = (event: PageEvent): void => {
    if (!stream.destroyed) stream.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  void run(input, tell, gone.signal).finally(() => stream.end());
  return stream;
};
