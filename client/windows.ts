import type { Clock } from '../engine/index.ts';

/** How far one window of a batch may go. */
export interface WindowLimits {
  /** Items, 1 or more. */
  readonly items: number;
  /** Bytes of the items as JSON; one item may have more, and then is a window by itself. */
  readonly bytes: number;
  /** How long a window waits for its next item once it has one, ms. */
  readonly lingerMs: number;
}

const iteratorOf = <Item>(items: Iterable<Item> | AsyncIterable<Item>) =>
  Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();

/** Bytes of an item on the wire. What cannot be written as JSON fails where it is sent, by saying so. */
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

  const pull = async (paused: Promise<undefined> | undefined) => {
    if (kept || ended) {
      const next = kept;
      kept = undefined;
      return next;
    }
    // no race without a pause: it would leave a reaction per item on a promise that outlives the window
    const result = await (paused ? Promise.race([ask(), paused]) : ask());
    if (!result) return undefined;
    pending = undefined;
    ended = result.done === true;
    return ended ? undefined : { item: result.value as Item, bytes: bytesOf(result.value) };
  };

  return {
    next: async () => {
      const window: Item[] = [];
      let bytes = 0;
      let cancel = () => {};
      let paused: Promise<undefined> | undefined;
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
          paused = new Promise((resolve) => {
            cancel = clock.at(clock.now() + limits.lingerMs, () => resolve(undefined));
          });
        }
      } catch (error) {
        ended = true;
        throw error;
      } finally {
        cancel();
      }
      return window.length > 0 ? window : undefined;
    },
    close: async () => {
      const left = !ended;
      ended = true;
      kept = undefined;
      if (!left) return;
      const closed = iterator.return?.();
      // a generator that is in the middle of an item ends only after it, which may be never
      if (pending) void Promise.resolve(closed).catch(() => {});
      else await closed;
    },
  };
};
