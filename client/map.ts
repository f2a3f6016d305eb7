import { pendingError } from '../engine/driver.ts';
import type { Clock, Outcome } from '../engine/index.ts';
import { fromWireError } from '../platform/index.ts';
import { createNotifier } from './notifier.ts';
import { cutWindows, type WindowLimits } from './windows.ts';

/** A window of a batch on its way to the function. */
export interface WindowRun {
  readonly items: readonly unknown[];
  /** Of this window in the batch, from 0. */
  readonly number: number;
  /** The version that has to answer, once known. */
  readonly version: string | undefined;
  readonly signal: AbortSignal;
  onOutcome(index: number, outcome: Outcome<unknown>): void;
  onVersion(version: string): void;
}

/** Runs a window; never rejects. `stopped` says why items are without an outcome, `late` that it is the deadline. */
export type RunWindow = (
  window: WindowRun,
) => Promise<{ readonly stopped: Error | undefined; readonly late?: boolean }>;

/** How far a map is. */
export interface Progress {
  /** Items read from the input. */
  readonly read: number;
  /** Items answered, failed ones included. */
  readonly answered: number;
  readonly failed: number;
  /** Length of the input, where it says so beforehand. */
  readonly total: number | undefined;
}

/** Everything a map is made of. */
export interface MapInput<Item> {
  readonly items: Iterable<Item> | AsyncIterable<Item>;
  readonly runWindow: RunWindow;
  /** The first error ends the map, or stands in its item's place. */
  readonly onError: 'raise' | 'collect';
  readonly limits: WindowLimits;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Told of every answer. What it throws ends the map. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** An item and its outcome. */
export interface Answer<Item> {
  readonly item: Item;
  readonly outcome: Outcome<unknown>;
}

/**
 * Windows under way or not yet read to their end. Two keep the lanes busy while the first one's last children come
 * in; the third is for a reader who is slower than that. Memory is bounded by this many windows.
 */
const WINDOWS_AT_ONCE = 3;

interface OpenWindow<Item> {
  readonly items: readonly Item[];
  readonly outcomes: (Outcome<unknown> | undefined)[];
}

const totalOf = (items: object): number | undefined => {
  const known = 'length' in items ? items.length : 'size' in items ? items.size : undefined;
  return typeof known === 'number' ? known : undefined;
};

/**
 * Maps items to outcomes, in order, as they come. The input is read in windows, each a batch of its own; a few are
 * under way at once, and none is begun before there is room for its answers. The first window learns the version, all
 * others are held to it.
 *
 * Ends only when nothing is under way any more: at the end of the input, at the first error, or when its reader leaves.
 */
export async function* mapInWindows<Item>(input: MapInput<Item>): AsyncGenerator<Answer<Item>, void> {
  const { runWindow, onError, onProgress, signal } = input;
  signal?.throwIfAborted();
  const notifier = createNotifier();
  const stop = new AbortController();
  const windows: OpenWindow<Item>[] = [];
  const running = new Set<Promise<void>>();
  const source = cutWindows(input.items, input.limits, input.clock);
  const total = totalOf(input.items);
  const count = { read: 0, answered: 0, failed: 0 };
  let version: string | undefined;
  let failure: { readonly error: unknown } | undefined;
  let ended = false;
  /** The reader has everything, or has left: whatever fails now is nobody's. */
  let over = false;

  const fail = (error: unknown) => {
    if (over) return;
    failure ??= { error };
    stop.abort(error);
    notifier.ring();
  };
  const onAbort = () => fail(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });

  const answer = (window: OpenWindow<Item>, index: number, outcome: Outcome<unknown>) => {
    if (window.outcomes[index] || failure) return;
    window.outcomes[index] = outcome;
    count.answered += 1;
    if ('error' in outcome) count.failed += 1;
    if ('error' in outcome && onError === 'raise') fail(fromWireError(outcome.error));
    try {
      onProgress?.({ ...count, total });
    } catch (error) {
      fail(error);
    }
    notifier.ring();
  };

  const run = async (window: OpenWindow<Item>, number: number): Promise<void> => {
    const { stopped, late } = await runWindow({
      items: window.items,
      number,
      version,
      signal: stop.signal,
      onOutcome: (index, outcome) => answer(window, index, outcome),
      onVersion: (learnt) => {
        version ??= learnt;
        notifier.ring();
      },
    });
    // past the deadline the others are answered with that, as by the function itself
    if (stopped && !(late && onError === 'collect')) return fail(stopped);
    for (const index of window.items.keys()) answer(window, index, { error: pendingError });
  };

  const feed = async (): Promise<void> => {
    const mayBegin = () => windows.length < WINDOWS_AT_ONCE && (running.size === 0 || version !== undefined);
    for (let number = 0; ; number++) {
      while (!failure && !over && !mayBegin()) await notifier.next();
      const items = failure || over ? undefined : await source.next();
      if (!items || failure || over) break;
      const window = { items, outcomes: [] };
      count.read += items.length;
      windows.push(window);
      const done: Promise<void> = run(window, number)
        .catch(fail)
        .finally(() => {
          running.delete(done);
          notifier.ring();
        });
      running.add(done);
      notifier.ring();
    }
    ended = true;
    notifier.ring();
  };

  void feed().catch(fail);
  try {
    while (true) {
      while (!failure && !ended && windows.length === 0) await notifier.next();
      const [window] = windows;
      if (failure || !window) break;
      for (const [index, item] of window.items.entries()) {
        while (!failure && !window.outcomes[index]) await notifier.next();
        const outcome = window.outcomes[index];
        if (failure || !outcome) break;
        yield { item, outcome };
      }
      if (failure) break;
      windows.shift();
      notifier.ring();
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    over = true;
    stop.abort(failure?.error);
    notifier.ring();
    await Promise.all(running);
    await source.close();
  }
  if (failure) throw failure.error;
}
