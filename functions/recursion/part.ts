import type { Place } from './child.ts';
import type { RecursionConfig } from './config.ts';
import type { HandlerDeps, Start } from './handler.ts';
import { type InvocationResult, runInvocation, type TreeShape } from './invocation.ts';
import type { TreeOptions } from './options.ts';
import { ownHands } from './own-hands.ts';
import type { Request } from './request.ts';

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
  readonly items: readonly unknown[];
  readonly options: Request['options'];
  readonly place: Place;
  readonly shape: TreeShape;
  readonly attempt: number;
}

/** What came of it. */
export interface PartResult extends InvocationResult {
  readonly version: string;
}

/** What stands for an item that nobody got to. */
export const notDone = { name: 'DeadlineExceededError', message: 'Not done when the deadline came.' };

/** Runs one invocation's part of the batch; throws what stopped it under `raise`. */
export const runPart = async (part: Part, start: Start, deps: HandlerDeps): Promise<PartResult> => {
  const { items, options, place } = part;
  const startedMs = deps.clock.now();
  const onError = options.onError ?? 'raise';
  const hands = ownHands(part, start, deps);
  const result = await runInvocation({
    items,
    place,
    shape: part.shape,
    onError,
    clock: deps.clock,
    invoke: deps.invoke,
    work: hands.work,
  });
  deps.report?.({
    rootRequestId: place.rootRequestId,
    path: place.path,
    depth: place.depth,
    items: items.length,
    failed: result.outcomes.filter((outcome) => outcome && 'error' in outcome).length,
    cold: start.cold,
    elapsedMs: deps.clock.now() - startedMs,
    stats: result.stats,
  });
  if (result.stopped && onError === 'raise') throw result.stopped;
  return {
    ...result,
    version: start.context.functionVersion,
    identity: { ...result.identity, ...hands.identity },
  };
};
