import { inTime } from '../engine/driver.ts';
import type { Clock } from '../engine/index.ts';
import { InvalidRequestError } from '../platform/index.ts';

/** How far one window of a batch may go. */
export interface WindowLimits {
  /** Items, 1 or more. */
  readonly items: number;
  /** Bytes of the items as JSON; one item may have more, and then is a window by itself. */
  readonly bytes: number;
  /** How long a window waits for its next item once it has one, ms. */
  readonly lingerMs: number;
}

/** How long an input may take to close: files and sockets take less, and one that never does keeps nobody. */
const CLOSE_WITHIN_MS = 1_000;

/** @throws InvalidRequestError for what cannot be iterated; what its iterator cannot be made with. */
const iteratorOf = <Item>(
  items: Partial<Iterable<Item> & AsyncIterable<Item>> | undefined,
): Iterator<Item> | AsyncIterator<Item> => {
  const iterator = items?.[Symbol.asyncIterator]?.() ?? items?.[Symbol.iterator]?.();
  if (iterator) return iterator;
  throw new InvalidRequestError(`Expected items that can be iterated, received ${typeof items}`);
};

/** Bytes of an item on the wire. What cannot be written as JSON fails where it is to be sent, by itself. */
const bytesOf = (item: unknown): number => {
  try {
    return Buffer.byteLength(JSON.stringify(item) ?? 'null') + 1;
  } catch {
    return 1;
  }
};

/** Items cut into windows, one at a time. */
export interface Windows<Item> {
  /** The next window, of at least one item; nothing at the end. Rejects with what the items failed with. */
  next(): Promise<readonly Item[] | undefined>;
  /** Tells the items that no more are wanted. */
  close(): Promise<void>;
}

/**
 * Cuts items into windows as they come, never reading further than one item beyond a window. A source that pauses
 * closes the window it has begun, so that nothing waits for what may never come.
 */
export const cutWindows = <Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limits: WindowLimits,
  clock: Clock,
): Windows<Item> => {
  const iterator = iteratorOf(items);
  /** An item that was asked for and has not come, or came too late or too large for its window. */
  let pending: Promise<IteratorResult<Item>> | undefined;
  let kept: { readonly item: Item; readonly bytes: number } | undefined;
  let ended = false;

  const ask = (): Promise<IteratorResult<Item>> => {
    if (pending) return pending;
    pending = Promise.resolve(iterator.next());
    // told where it is awaited, which may be later than it fails
    pending.catch(() => {});
    return pending;
  };

  /** Ends the wait for the next item. */
  let leave = () => {};
  let closing: Promise<void> | undefined;

  const pull = async (paused: Promise<undefined>) => {
    if (kept || ended) {
      const next = kept;
      kept = undefined;
      return next;
    }
    const result = await Promise.race([ask(), paused]);
    if (!result) return undefined;
    pending = undefined;
    ended = result.done === true;
    return ended ? undefined : { item: result.value as Item, bytes: bytesOf(result.value) };
  };

  const close = async (): Promise<void> => {
    if (ended) return;
    ended = true;
    kept = undefined;
    leave();
    const closed = Promise.resolve(iterator.return?.());
    // a generator that is in the middle of an item ends only after it, which may be never
    if (pending) return void closed.catch(() => {});
    await inTime(closed, clock.now() + CLOSE_WITHIN_MS, clock);
  };

  return {
    next: async () => {
      const window: Item[] = [];
      let bytes = 0;
      let cancel = () => {};
      const { promise: paused, resolve } = Promise.withResolvers<undefined>();
      leave = () => resolve(undefined);
      try {
        while (window.length < limits.items) {
          const next = await pull(paused);
          if (!next) break;
          if (window.length > 0 && bytes + next.bytes > limits.bytes) {
            kept = next;
            break;
          }
          window.push(next.item);
          bytes += next.bytes;
          if (window.length > 1) continue;
          cancel = clock.at(clock.now() + limits.lingerMs, leave);
        }
      } catch (error) {
        ended = true;
        throw error;
      } finally {
        cancel();
      }
      return window.length > 0 ? window : undefined;
    },
    close: () => (closing ??= close()),
  };
};
