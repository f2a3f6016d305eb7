import type { Transferable } from 'node:worker_threads';
import { ConfigurationError, createSemaphore, fromWireError, TIMEOUT_MAX_MS } from '../../platform/index.ts';
import { each, type ItemContext } from '../each.ts';
import type { Work } from '../work.ts';
import { servedHandler } from './messages.ts';
import { serveThread } from './serve-thread.ts';
import { startThread, type Thread } from './thread.ts';
import { vcpusOf } from './vcpus.ts';

/** How own work is spread over worker threads. */
export interface ThreadOptions<Item = unknown, Options = unknown> {
  /**
   * `import.meta.url` of the module that calls `recursive`. A thread imports it again and works with what that call is
   * given there, so its top level has to be repeatable: it makes the same handlers in the same order each time, and
   * connects, registers and starts nothing that may be there only once (`isMainThread` of `node:worker_threads` tells).
   */
  readonly module: string;
  /** Threads, and so items worked on at once. Default: the environment's vCPUs; with 1 nothing is started. */
  readonly count?: number;
  /**
   * Milliseconds that one item may take in a thread: beyond, its thread is ended and the item's error is a
   * `DeadlineExceededError`. Default: until the deadline.
   */
  readonly itemTimeoutMs?: number;
  /**
   * Milliseconds that an aborted item has for its end before its thread is ended with it. Default 100. Infinite for work
   * in native code that does not survive the end of its thread, and takes the process along: it is waited for, and past
   * the deadline left behind.
   */
  readonly abortGraceMs?: number;
  /**
   * What waits rather than computes, a download: done on the main thread for items whose turn is near, and its result
   * sent to a thread in place of the item. Default: the item as it is.
   */
  readonly prepare?: (item: Item, context: ItemContext<Options>) => Item | Promise<Item>;
  /**
   * What of an item, prepared or not, is handed over to its thread rather than copied: memory that nobody on the main
   * thread reads any more. Default: nothing.
   */
  readonly transfer?: (item: Item) => readonly Transferable[];
  /** Items under way at once, the prepared ones included. Default `count`. */
  readonly ahead?: number;
}

/** Handlers made so far by module: a thread makes them in the same order, and so knows which of them it works for. */
const made = new Map<string, number>();

const handlerOf = (module: unknown): string => {
  if (typeof module !== 'string' || !module.startsWith('file:')) {
    const received = typeof module === 'string' ? JSON.stringify(module) : typeof module;
    throw new ConfigurationError(`threads.module: expected import.meta.url, received ${received}`);
  }
  const before = made.get(module) ?? 0;
  made.set(module, before + 1);
  return `${module}#${before}`;
};

/** Checks an option. The most is that of Lambda's time-out, and far more than there are of anything else. */
const wholeNumber = (name: string, value: number): number => {
  if (Number.isInteger(value) && value >= 1 && value <= TIMEOUT_MAX_MS) return value;
  throw new ConfigurationError(
    `threads.${name}: expected a whole number from 1 to ${TIMEOUT_MAX_MS}, received ${value}`,
  );
};

/**
 * The same work in worker threads, an item at a time in each, while the main thread stays free for calls, deadlines and
 * aborts. Threads start with the first round of more than one item, and stay for the next. One item alone is worked on
 * in place as long as no thread has been started, and with one vCPU everything is.
 *
 * Items and options reach a thread by structured clone, and results come back as JSON, which they are to become anyway.
 * An item under way when the signal is aborted has `abortGraceMs` for its end, then its thread is ended.
 *
 * @throws ConfigurationError for options that are malformed
 */
export const threaded = <Item, Result, Options>(
  work: Work<Item, Result, Options>,
  given: ThreadOptions<Item, Options>,
): Work<Item, Result, Options> => {
  const { module, prepare = (item) => item, transfer = () => [] } = given;
  const handler = handlerOf(module);
  const count = wholeNumber('count', given.count ?? vcpusOf(process.env));
  const concurrency = wholeNumber('ahead', given.ahead ?? count);
  const itemTimeoutMs =
    given.itemTimeoutMs === undefined ? undefined : wholeNumber('itemTimeoutMs', given.itemTimeoutMs);
  const { abortGraceMs = 100 } = given;
  if (abortGraceMs !== Number.POSITIVE_INFINITY) wholeNumber('abortGraceMs', abortGraceMs);
  if (servedHandler === handler) serveThread(work as Work<unknown, unknown, unknown>);
  // threads of a thread would be more than there are vCPUs
  if (servedHandler !== undefined || count === 1) return work;

  const room = createSemaphore(count);
  let idle: Thread[] = [];
  let started = false;
  const inThread = async <Answer>(use: (thread: Thread) => Promise<Answer>): Promise<Answer> => {
    // one may have ended by itself since
    idle = idle.filter((thread) => thread.usable());
    const thread = idle.pop() ?? startThread({ module, handler, itemTimeoutMs, abortGraceMs });
    started = true;
    try {
      return await use(thread);
    } finally {
      if (thread.usable()) idle.push(thread);
    }
  };
  const spread = each<Item, unknown, Options>(
    async (item, context) => {
      const { signal, deadline, path, options, note, identify } = context;
      const prepared = await prepare(item, context);
      const job = { kind: 'work', item: prepared, context: { deadline, path, options } } as const;
      const inTurn = () => inThread((thread) => thread.run(job, signal, transfer(prepared)));
      const { outcome, identified } = await room.run(inTurn, { signal });
      for (const [name, value] of identified) identify(name, value);
      // how long it waited is known here; in its thread it did not wait
      const { queueMs: _, ...measures } = outcome?.receipt ?? {};
      for (const [name, value] of Object.entries(measures)) note(name, value);
      if (outcome && 'results' in outcome) return outcome.results;
      if (outcome) throw fromWireError(outcome.error);
      throw new Error('Expected an outcome of the work function, received none.');
    },
    { concurrency },
  ) as Work<Item, Result, Options>;
  return (items, context) => (items.length > 1 || started ? spread(items, context) : work(items, context));
};
