import { createLambdaInvoke } from '../engine/child/lambda.ts';
import { readTolerance, systemClock } from '../engine/driver.ts';
import type { Clock, ContractOf, Handler, Invoke, Outcome, Receipt } from '../engine/index.ts';
import { fromWireError, InvalidRequestError } from '../platform/index.ts';
import { runBatch } from './batch.ts';
import type { BatchInput, BatchResult } from './batch-input.ts';
import { createCallPool } from './call-pool.ts';
import { type Job, type JobItems, type JobOptions, type JobSettings, jobStarter } from './job.ts';
import type { JobsTarget } from './jobs.ts';
import { mapInWindows } from './map.ts';
import type { MapInput, RunWindow } from './map-input.ts';
import type { AnyOptions, MapOptions } from './map-options.ts';
import { type Shares, shareSlots } from './shares.ts';

/** Which function, and how it is reached. The same against AWS and the local host. */
export interface FunctionTarget
  extends Pick<BatchInput, 'functionName' | 'qualifier' | 'connection' | 'shape' | 'streaming' | 'invoke'> {
  /** Time and chance. Default: the machine's. */
  readonly clock?: Clock;
  /** Which function keeps the jobs. Default: `jobs`, reached as this one. */
  readonly jobs?: Pick<JobsTarget, 'functionName' | 'qualifier'>;
}

/** An item's outcome under `collect`. */
export type Settled<Item, Result> =
  | { readonly item: Item; readonly results: Result; readonly receipt?: Receipt }
  | { readonly item: Item; readonly error: Error; readonly receipt?: Receipt };

/** The results of a map, in the order of the items; to be iterated once. */
export interface Results<Result> extends AsyncIterable<Result> {
  /** All of them, at the end. */
  all(): Promise<readonly Result[]>;
}

/** A function, called from outside. */
export interface Droste<Item, Result, Options = AnyOptions> {
  /**
   * The results of any number of items, in their order, as they come. Nothing begins before the iteration does.
   *
   * Memory is bounded whatever the number: items are read no faster than results are taken. No payload limit is met:
   * what is too large for one call is split. All answers are of one version.
   *
   * Under `raise` (default) the first error of any item ends the map and is thrown, whatever was not read yet is lost;
   * under `collect` every item that was read has its result or its error. What the input throws ends the map; one of
   * unknown length that has not ended at the deadline does so with `DeadlineExceededError`, after what was read of it.
   *
   * A tolerance (with `collect`) is of the whole map: too many failures end it with `FailureToleranceError`, and enough
   * successes end it after what was read, with `AbortError` for what was not done.
   */
  map(
    items: Iterable<Item> | AsyncIterable<Item>,
    options?: MapOptions<Options> & { readonly onError?: 'raise' },
  ): Results<Result>;
  map(
    items: Iterable<Item> | AsyncIterable<Item>,
    options: MapOptions<Options> & { readonly onError: 'collect' },
  ): Results<Settled<Item, Result>>;
  /**
   * Starts a job: for what takes longer than a call, or than this process. Items travel in one request (6 MB); a
   * manifest or a prefix has no such limit.
   */
  job(items: JobItems<Item>, settings?: JobSettings<Options & JobOptions>): Job<Result>;
}

/** Work per slot in a window: enough that its first and last calls weigh little beside it. */
const WINDOW_ROUNDS = 4;

/** Bytes of a window per call, half of what one call may carry: items are of uneven size. */
const WINDOW_BYTES_PER_CALL = 3 * 1024 * 1024;

/** How long a window waits for an input that pauses: a fraction of what a call takes. */
const LINGER_MS = 50;

/** What several batches of one client have in common. */
export interface Connected {
  readonly shares: Shares;
  /** A batch of this client; calls wait for one another in the order of `priority`. */
  run(batch: Pick<BatchInput, 'items'> & Partial<BatchInput>, priority?: number): Promise<BatchResult>;
}

/** Connects to a function: one client of the AWS SDK, one pool of calls, whatever the number of batches. */
export const connect = ({ clock: _, ...target }: FunctionTarget): Connected => {
  const shares = shareSlots(target.shape);
  const pool = createCallPool(shares.calls);
  let invoke: Invoke | undefined = target.invoke;
  return {
    shares,
    run: (batch, priority = 0) => {
      invoke ??= createLambdaInvoke({ ...target.connection, maxSockets: shares.calls });
      return runBatch({
        ...target,
        shape: { ...target.shape, slots: shares.slotsOf(batch.items.length) },
        calls: shares.calls,
        invoke: pool.share(invoke, priority),
        ...batch,
      });
    },
  };
};

const windowsOf = (
  { run }: Connected,
  { options, deadline, onWaiting }: MapOptions,
  onError: 'raise' | 'collect',
): RunWindow => {
  const identity: Record<string, string> = {};
  return ({ number, toleratedFailures, ...window }) =>
    run(
      {
        ...window,
        identity,
        onError,
        ...(toleratedFailures !== undefined && { toleratedFailureCount: toleratedFailures }),
        ...(options && { options }),
        ...(deadline !== undefined && { deadline }),
        ...(onWaiting && { onWaiting }),
      },
      number,
    );
};

const settledOf = <Item, Result>(
  item: Item,
  { receipt, ...outcome }: Outcome<unknown>,
): Settled<Item, Result> => {
  const known = receipt ? { receipt } : {};
  return 'error' in outcome
    ? { item, error: fromWireError(outcome.error), ...known }
    : { item, results: outcome.results as Result, ...known };
};

async function* resultsOf<Item, Result>(input: MapInput<Item>): AsyncGenerator<unknown, void> {
  for await (const { item, outcome } of mapInWindows(input)) {
    if (input.onError === 'collect') yield settledOf<Item, Result>(item, outcome);
    // under `raise` an error has ended the iteration before
    else if ('results' in outcome) yield outcome.results;
  }
}

const checkWindow = (items: number): number => {
  if (Number.isInteger(items) && items >= 1) return items;
  throw new InvalidRequestError(`Expected windowItems to be a whole number from 1, received ${items}`);
};

/** A function called from outside, with the types of its handler. */
export type DrosteOf<Called extends Handler> = Droste<
  ContractOf<Called>['item'],
  ContractOf<Called>['result'],
  ContractOf<Called>['options']
>;

/**
 * Calls a function built with `recursive` from TypeScript. Types come from the handler, or are said.
 *
 * @example
 * import type { handler } from './url-status.ts';
 * const { map } = droste<typeof handler>({ functionName: 'url-status' });
 * for await (const status of map(urls)) console.log(status);
 *
 * const { map } = droste<string, number>({ functionName: 'url-status' });
 */
export function droste<Item, Result>(target: FunctionTarget): Droste<Item, Result>;
export function droste<Called extends Handler>(target: FunctionTarget): DrosteOf<Called>;
export function droste<Item, Result>(target: FunctionTarget): Droste<Item, Result> {
  const connected = connect(target);
  const { calls, slotsPerCall, maxWork } = connected.shares;
  const map = (
    items: Iterable<Item> | AsyncIterable<Item>,
    { onError = 'raise', ...options }: MapOptions & { readonly onError?: 'raise' | 'collect' } = {},
  ): Results<unknown> => {
    const tolerance = readTolerance({ onError, ...options });
    const windowItems = checkWindow(options.windowItems ?? WINDOW_ROUNDS * maxWork * calls * slotsPerCall);
    const iterate = () =>
      resultsOf<Item, Result>({
        items,
        onError,
        tolerance,
        deadline: options.deadline,
        runWindow: windowsOf(connected, options, onError),
        limits: { items: windowItems, bytes: WINDOW_BYTES_PER_CALL * calls, lingerMs: LINGER_MS },
        clock: target.clock ?? systemClock,
        signal: options.signal,
        onProgress: options.onProgress,
      });
    return { [Symbol.asyncIterator]: iterate, all: () => Array.fromAsync(iterate()) };
  };
  return { map: map as Droste<Item, Result>['map'], job: jobStarter<Item, Result>(target) };
}
