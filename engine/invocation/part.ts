import { ConfigurationError } from '../../platform/errors.ts';
import type { Place } from '../child/child.ts';
import type { RecursionConfig } from '../config.ts';
import type { HandlerDeps, InvocationReport, Start } from '../handler.ts';
import type { Range } from '../policy/range.ts';
import type { TreeOptions } from '../protocol/options.ts';
import { shown } from '../protocol/reply.ts';
import { type Request, readItem } from '../protocol/request.ts';
import type { ItemSource } from '../stored-batch/item-source.ts';
import { storedOwnWork } from '../stored-batch/stored-work.ts';
import { markAborted, watchAborted } from './abort-marker.ts';
import { type InvocationResult, runInvocation, type TreeShape } from './invocation.ts';
import { ownWork } from './own-work.ts';

/** What the options leave of the configured shape. */
export const shapeOf = (config: RecursionConfig, options: TreeOptions): TreeShape => ({
  maxWork: Math.min(config.maxWork, options.maxWorkPerRequest ?? config.maxWork),
  // no option opens what the configuration has closed
  maxLanes: config.maxLanes === 0 ? 0 : (options.numParallelRequests ?? config.maxLanes),
  slots: Math.min(config.slots, options.slots ?? config.slots),
  maxDepth: config.maxDepth,
});

/** One invocation's part of a batch. */
export interface Part {
  readonly items: ItemSource;
  /** Ranges to do. Default: all. */
  readonly todo?: readonly Range[];
  /** Of a stored batch: index of the first item in the whole. */
  readonly first?: number;
  readonly options: Request['options'];
  readonly place: Place;
  readonly shape: TreeShape;
  readonly attempt: number;
}

/** What came of it. */
export interface PartResult extends InvocationResult {
  readonly version: string;
  /** What the tree's work functions said of themselves. */
  readonly identity: Readonly<Record<string, string>>;
}

const ownWorkOf = (
  part: Part,
  start: Start,
  deps: HandlerDeps,
  onFailed: (items: number) => void,
): ReturnType<typeof ownWork> => {
  const work = ownWork(part, start, deps);
  const { batch } = part.place;
  if (batch === undefined) return work;
  if (!deps.openStore)
    throw new ConfigurationError('STORE: expected a store to write results to, found none');
  return storedOwnWork({
    work,
    batch,
    openStore: deps.openStore,
    first: part.first ?? 0,
    onError: part.options.onError ?? 'raise',
    onFailed,
    format: (given, outcome) => ({
      [deps.form.itemKey]: shown(readItem(given, deps.form.itemKey, deps.form), deps.label),
      ...outcome,
    }),
  });
};

const reportOf = (
  part: Part,
  start: Start,
  result: InvocationResult,
  { elapsedMs, stored }: { readonly elapsedMs: number; readonly stored: number },
): InvocationReport => ({
  rootRequestId: part.place.rootRequestId,
  path: part.place.path,
  depth: part.place.depth,
  items: part.items.length,
  failed: stored + result.outcomes.filter((outcome) => outcome && 'error' in outcome).length,
  cold: start.cold,
  elapsedMs,
  own: result.own,
  stats: result.stats,
  ...(result.stopped && { stopped: result.stopped.name }),
});

/** A report that cannot be made costs no invocation anything. */
const tell = async ({ report }: HandlerDeps, told: InvocationReport): Promise<void> => {
  try {
    await report?.(told);
  } catch (error) {
    console.error('The invocation could not be reported:', error);
  }
};

/** Runs one invocation's part of the batch; throws what stopped it under `raise`. */
export const runPart = async (part: Part, start: Start, deps: HandlerDeps): Promise<PartResult> => {
  const { place, options } = part;
  const { clock, openStore } = deps;
  const startedMs = clock.now();
  const onError = options.onError ?? 'raise';
  const isRoot = place.depth === 0;
  let stored = 0;
  let leftRunning = false;
  // the root looks for no marker, for it is the one who tells
  const abort = watchAborted(isRoot ? undefined : openStore, place.runId, clock);
  const result = await runInvocation({
    items: part.items,
    todo: part.todo,
    place,
    shape: part.shape,
    onError,
    clock,
    openStore,
    hedge: options.hedge ?? true,
    invoke: deps.invoke,
    signal: abort.signal,
    observe: (event) => {
      leftRunning ||= event.kind === 'child' && event.answer.kind === 'aborted';
    },
    work: ownWorkOf(part, start, deps, (items) => {
      stored += items;
    }),
  }).finally(abort.end);
  await tell(deps, reportOf(part, start, result, { elapsedMs: clock.now() - startedMs, stored }));
  // a child that ran out of time gives back what it did not do: its parent may have more
  const givesBack = !isRoot && (result.late || abort.signal.aborted);
  if (!result.stopped || givesBack || onError === 'collect') {
    return { ...result, version: start.context.functionVersion, identity: place.identity };
  }
  // a store that fails is no reason to hide what stopped the batch
  if (isRoot && leftRunning && !result.late) {
    await openStore?.()
      .then((store) => markAborted(store, place.runId))
      .catch(() => {});
  }
  throw result.stopped;
};
