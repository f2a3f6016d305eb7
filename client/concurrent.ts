import { pendingError, systemClock } from '../engine/driver.ts';
import type { ContractOf, Handler, Outcome } from '../engine/index.ts';
import { fromWireError } from '../platform/index.ts';
import { connect, type FunctionTarget } from './droste.ts';
import type { AnyOptions, CallOptions } from './map-options.ts';

/** How calls become batches. */
export interface ConcurrentOptions<Options = AnyOptions> extends Omit<FunctionTarget, 'functionName'> {
  /** The function's own options, the same for every call. */
  readonly options?: CallOptions<Options>;
  /** How long a call waits for others to travel with, ms. Default 2, a fraction of what an invocation takes; 0: this turn. */
  readonly gatherMs?: number;
  /** Rejects the calls under way, and all later ones. */
  readonly signal?: AbortSignal;
}

interface Call<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

const DEFAULT_GATHER_MS = 2;

/**
 * Makes a function that is called like a local one and runs elsewhere. Calls made close together (in one turn, or
 * within `gatherMs`, up to W · P of them) travel in one batch; each resolves as soon as its own answer is there, or
 * rejects with its own error.
 *
 * Types come from the handler (`concurrent<typeof handler>(…)`), or are said.
 *
 * @example
 * const statusOf = concurrent<string, number>('url-status');
 * const statuses = await Promise.all(urls.map((url) => statusOf(url)));
 */
export function concurrent<Item, Result>(
  functionName: string,
  options?: ConcurrentOptions,
): (item: Item) => Promise<Result>;
export function concurrent<Called extends Handler>(
  functionName: string,
  options?: ConcurrentOptions<ContractOf<Called>['options']>,
): (item: ContractOf<Called>['item']) => Promise<ContractOf<Called>['result']>;
export function concurrent<Item, Result>(
  functionName: string,
  { options, gatherMs = DEFAULT_GATHER_MS, signal, ...rest }: ConcurrentOptions<unknown> = {},
): (item: Item) => Promise<Result> {
  const { run, shares } = connect({ ...rest, functionName });
  const clock = rest.clock ?? systemClock;
  const mostCalls = shares.maxWork * shares.calls;
  let gathered: Call<Item, Result>[] = [];
  let cancel = () => {};

  const settle = ({ resolve, reject }: Call<Item, Result>, outcome: Outcome<unknown>) => {
    if ('error' in outcome) reject(fromWireError(outcome.error));
    else resolve(outcome.results as Result);
  };

  const send = async (): Promise<void> => {
    cancel();
    const calls = gathered;
    gathered = [];
    let stopped: unknown;
    try {
      const result = await run({
        items: calls.map(({ item }) => item),
        onError: 'collect',
        onOutcome: (index, outcome) => {
          const call = calls[index];
          if (call) settle(call, outcome);
        },
        ...(options && { options: { ...options } }),
        ...(signal && { signal }),
      });
      stopped = result.stopped;
    } catch (error) {
      stopped = error;
    }
    // settled ones stay as they are
    for (const { reject } of calls) reject(stopped ?? fromWireError(pendingError));
  };

  return (item) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      gathered.push({ item, resolve, reject });
      if (gathered.length === mostCalls) void send();
      else if (gathered.length === 1) cancel = clock.at(clock.now() + gatherMs, () => void send());
    });
}
