import { ConfigurationError, FailureToleranceError, PayloadTooLargeError } from '../../platform/index.ts';
import type { Place } from '../child/place.ts';
import type { RecursionConfig } from '../config.ts';
import type { HandlerDeps, Start } from '../handler.ts';
import type { TreeShape } from '../limits.ts';
import { INLINE_RESULTS_BYTES } from '../limits.ts';
import type { Outcome } from '../policy/outcome.ts';
import type { Tolerance } from '../policy/tolerance.ts';
import { jsonBytes, OUTCOMES_MAX_BYTES } from '../protocol/fit.ts';
import type { InvocationReceipt } from '../protocol/invocation-receipt.ts';
import { onErrorOf, type TreeOptions, toleranceOf } from '../protocol/options.ts';
import { lineOf } from '../protocol/reply.ts';
import type { Request } from '../protocol/request.ts';
import type { BatchControl } from '../stored-batch/control.ts';
import type { ItemSource } from '../stored-batch/item-source.ts';
import type { StoredResults } from '../stored-batch/part-key.ts';
import { storedOwnWork, storeNamed } from '../stored-batch/stored-work.ts';
import { markAborted, watchAborted } from './abort-marker.ts';
import type { Done } from './drive-input.ts';
import { type InvocationResult, runInvocation } from './invocation.ts';
import type { LongCall } from './long-call.ts';
import { ownWork } from './own-work.ts';
import { ownReceipt } from './receipts.ts';
import { finishBy, openWriter } from './task-parts.ts';
import { reportOf, tell } from './told.ts';

/** What the options leave of the configured shape. */
export const shapeOf = (config: RecursionConfig, options: TreeOptions): TreeShape => ({
  maxWork: Math.min(config.maxWork, options.maxWorkPerRequest ?? config.maxWork),
  // no option opens what the configuration has closed
  maxLanes: config.maxLanes === 0 ? 0 : (options.numParallelRequests ?? config.maxLanes),
  slots: Math.min(config.slots, options.slots ?? config.slots),
  maxDepth: config.maxDepth,
});

/** A caller to whom outcomes are handed on as they come; what was handed on is not kept. */
export interface Reader {
  /** Aborted once the caller has gone. */
  readonly signal: AbortSignal;
  onOutcome(index: number, outcome: Outcome<unknown>): void;
}

/** What one invocation has to do. */
export interface Task {
  readonly items: ItemSource;
  readonly options: Request['options'];
  readonly place: Place;
  readonly shape: TreeShape;
  readonly attempt: number;
  /** Items of the batch that have their outcome already and are not among these. */
  readonly before?: Done;
  /** What the root of a stored batch was told of it at its beginning. */
  readonly control?: BatchControl;
  /** Epoch ms after which nothing is waited for to be written. Default: until everything is. */
  readonly storedBy?: number;
  /** Of a root whose caller may not wait for as long as it takes. */
  readonly longCall?: LongCall | undefined;
  /** Of an invocation whose caller reads along. */
  readonly reader?: Reader;
}

/** What came of it. */
export interface TaskResult extends InvocationResult {
  /** Of this invocation and those below it; empty unless receipts were asked for. */
  readonly receipts: readonly InvocationReceipt[];
  readonly version: string;
  /** What the tree's work functions said of themselves. */
  readonly identity: Readonly<Record<string, string>>;
  /** Of a stored batch. */
  readonly stored?: StoredResults;
}

/**
 * Who judges the whole is its root, by what has reached it. A child stops by itself once more of its own items have failed
 * than the whole batch tolerates: that decides, whatever becomes of the others.
 */
const childTolerance = ({ toleratedFailures }: Place): Tolerance | undefined =>
  toleratedFailures === undefined ? undefined : { toleratedFailureCount: toleratedFailures };

const noRoomFor = (items: number): PayloadTooLargeError =>
  new PayloadTooLargeError(
    `Expected results of ${items} items that one reply can carry (${OUTCOMES_MAX_BYTES} bytes), received more: send fewer items, or a manifest (with a STORE).`,
  );

/** Runs one invocation's task; throws what stopped it under `raise`. */
export const runTask = async (task: Task, start: Start, deps: HandlerDeps): Promise<TaskResult> => {
  const { place, options, items } = task;
  const { clock, openStore } = deps;
  const startedMs = clock.now();
  const onError = onErrorOf(options);
  const isRoot = place.depth === 0;
  let leftRunning = false;
  const abort = watchAborted(openStore, { ...place, control: task.control }, clock);
  // what makes all answers of this invocation unfit, whatever its onError
  const fault = new AbortController();
  const { longCall, reader } = task;
  const writer = await openWriter(place, deps, (error) => fault.abort(error));
  // without a store there is only so much that a reply can carry, and nothing is done for the rest
  const full = new AbortController();
  let outcomeBytes = 0;
  const count = (outcome: Outcome<unknown>) => {
    outcomeBytes += jsonBytes(outcome) + 1;
    if (outcomeBytes > OUTCOMES_MAX_BYTES) full.abort(noRoomFor(items.length));
  };
  const work = ownWork(
    {
      ...task,
      // a root's other answers are the tree's all the same, unless they are bound to what was said before
      onSkew: (error) => (writer || !isRoot) && fault.abort(error),
    },
    start,
    deps,
  );
  const format = (given: unknown, outcome: Outcome<unknown>) => lineOf(given, outcome, deps);
  const ran = await runInvocation({
    items,
    place,
    shape: task.shape,
    onError,
    clock,
    openStore,
    tolerance: isRoot ? toleranceOf(options) : childTolerance(place),
    before: task.before,
    invoke: deps.invoke,
    signal: AbortSignal.any([
      abort.signal,
      fault.signal,
      full.signal,
      ...(longCall ? [longCall.signal] : []),
      ...(reader ? [reader.signal] : []),
    ]),
    handsOn: reader !== undefined,
    observe: (event) => {
      longCall?.observe(event);
      if (event.kind === 'item' && reader) reader.onOutcome(event.index, event.outcome);
      else if (event.kind === 'item' && !openStore) count(event.outcome);
      if (event.kind !== 'child') return;
      leftRunning ||= event.answer.kind === 'aborted';
      if (event.answer.kind === 'answered' && event.answer.reply.stored) {
        writer?.takeOver(event.answer.reply.stored);
      }
    },
    work: writer
      ? storedOwnWork({
          work,
          items,
          writer,
          onError,
          format,
        })
      : work,
  }).finally(abort.end);
  const result =
    writer && onError === 'collect'
      ? { ...ran, outcomes: await storeNamed(ran, { items, writer, format }) }
      : ran;
  const isTooMuch = result.stopped instanceof FailureToleranceError;
  // a child that ran out of time gives back what it did not do, for its parent may have more; one in which too much has
  // failed does so for its parent to count that
  const givesBack = !isRoot && (result.late || isTooMuch || abort.signal.aborted || full.signal.aborted);
  const isFatal = result.stopped instanceof ConfigurationError || isTooMuch;
  const raises = result.stopped !== undefined && !givesBack && (onError === 'raise' || isFatal);
  // what is done stays done, also where nobody waits for it any more
  const travels = !isRoot && !raises && !abort.signal.aborted;
  const stored = await finishBy(writer, travels ? INLINE_RESULTS_BYTES : 0, task.storedBy, clock);
  if (fault.signal.aborted) throw fault.signal.reason;
  await tell(deps, reportOf(task, start, result, clock.now() - startedMs));
  // a store that fails is no reason to hide what stopped the batch
  const isUnwanted = raises || result.enough || abort.signal.aborted || reader?.signal.aborted;
  if (isRoot && leftRunning && isUnwanted && !result.late) {
    await openStore?.()
      .then((store) => markAborted(store, place.runId))
      .catch(() => {});
  }
  if (raises) throw longCall ? longCall.explain(result.stopped) : result.stopped;
  // what loads with the first items is no part of the others'
  if (!start.cold) deps.itemTime.learn(result.ownWork, result.own.worked);
  const { functionVersion: version } = start.context;
  const receipts = options.receipts
    ? [ownReceipt(task, start, [startedMs, clock.now()], result.ownWork), ...result.receipts]
    : [];
  return { ...result, receipts, version, identity: place.identity, ...(stored && { stored }) };
};
