import pMap from 'p-map';
import { nextTurn, toWireError } from '../platform/index.ts';
import type { Outcome } from './policy/outcome.ts';
import type { Work, WorkContext } from './work.ts';

/** What a per-item function is given beside its item. */
export interface ItemContext<Options> extends Omit<WorkContext<Options>, 'report' | 'ready'> {
  /** Notes a measure on the item's receipt, in milliseconds by custom. */
  note(name: string, value: string | number | boolean): void;
}

export interface EachOptions {
  /** Items under way at once, 1 or more. Default 8, the default of `MAX_WORK_PER_REQUEST`. */
  readonly concurrency?: number;
}

/**
 * Lifts a function of one item to a work function: items run concurrently, each has its own outcome, and one
 * item's error costs no other item anything.
 *
 * @example export const handler = recursive(each(async (url: string) => (await fetch(url)).status));
 */
export const each =
  <Item, Result, Options = Record<never, never>>(
    fn: (item: Item, context: ItemContext<Options>) => Result | Promise<Result>,
    { concurrency = 8 }: EachOptions = {},
  ): Work<Item, Result, Options> =>
  async (items, { report, ready, ...context }) => {
    const beganMs = performance.now();
    let waiting = items.length;
    let running = 0;
    let turn = Promise.resolve();
    const one = async (item: Item, index: number): Promise<Outcome<Result> | undefined> => {
      // items that block the event loop let sockets and timers, and so children and the deadline, have a turn in between
      turn = turn.then(nextTurn);
      await turn;
      waiting -= 1;
      running += 1;
      const outcome = await attempt(fn, item, context, performance.now() - beganMs);
      running -= 1;
      if (outcome) report(index, outcome);
      if (waiting === 0 && running === Math.floor(Math.min(concurrency, items.length) / 2)) ready();
      return outcome;
    };
    return pMap(items, one, { concurrency });
  };

const attempt = async <Item, Result, Options>(
  fn: (item: Item, context: ItemContext<Options>) => Result | Promise<Result>,
  item: Item,
  context: Omit<ItemContext<Options>, 'note'>,
  queueMs: number,
): Promise<Outcome<Result> | undefined> => {
  const receipt: Record<string, string | number | boolean> = { queueMs: Math.round(queueMs * 100) / 100 };
  const note = (name: string, value: string | number | boolean) => {
    receipt[name] = value;
  };
  if (context.signal.aborted) return undefined;
  try {
    return { results: await fn(item, { ...context, note }), receipt };
  } catch (error) {
    // whatever its function makes of the signal, an aborted item has not failed: it is pending
    return context.signal.aborted ? undefined : { error: toWireError(error), receipt };
  }
};
