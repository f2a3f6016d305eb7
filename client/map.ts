import { pendingError } from '../engine/driver.ts';
import type { Outcome } from '../engine/index.ts';
import { notWantedError } from '../engine/policy/index.ts';
import { DeadlineExceededError, fromWireError, instantText, type WireError } from '../platform/index.ts';
import type { Answer, MapInput } from './map-input.ts';
import { createNotifier } from './notifier.ts';
import { createTally } from './tally.ts';
import { cutWindows } from './windows.ts';

/**
 * Windows under way or not yet read to their end. Two keep the lanes busy while the first one's last children come
 * in; the third is for a reader who is slower than that. Memory is bounded by this many windows.
 */
const WINDOWS_AT_ONCE = 3;

interface OpenWindow<Item> {
  readonly items: readonly Item[];
  readonly outcomes: (Outcome<unknown> | undefined)[];
}

/** Why an input is read no further: what is told of the items that were read and not done, and of the map, if anything. */
interface NoMore {
  readonly outcome: WireError;
  readonly error?: Error;
}

const endlessBy = (deadline: number, read: number): Error =>
  new DeadlineExceededError(
    `Expected the input to end by ${instantText(deadline)}, received ${read} items and no end.`,
  );

const totalOf = (items: unknown): number | undefined => {
  const { length, size } = items as { readonly length?: unknown; readonly size?: unknown };
  const known = length ?? size;
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
  const { runWindow, onError, onProgress, signal, clock } = input;
  signal?.throwIfAborted();
  const notifier = createNotifier();
  const stop = new AbortController();
  const windows: OpenWindow<Item>[] = [];
  const running = new Set<Promise<void>>();
  const source = cutWindows(input.items, input.limits, input.clock);
  const total = totalOf(input.items);
  const tally = createTally(total, input.tolerance);
  let noMore: NoMore | undefined;
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
  const readNoMore = (why: NoMore) => {
    noMore = why;
    source.close().catch(fail);
    notifier.ring();
  };
  const { deadline = Number.POSITIVE_INFINITY } = input;
  const cancelDeadline =
    total === undefined && deadline < Number.POSITIVE_INFINITY
      ? clock.at(deadline, () => {
          if (!ended)
            readNoMore({ outcome: pendingError, error: endlessBy(deadline, tally.progress().read) });
        })
      : () => {};

  const answer = (window: OpenWindow<Item>, index: number, outcome: Outcome<unknown>) => {
    if (window.outcomes[index] || failure) return;
    window.outcomes[index] = outcome;
    tally.answered('error' in outcome);
    if ('error' in outcome && onError === 'raise') fail(fromWireError(outcome.error));
    try {
      onProgress?.(tally.progress());
      if (!noMore && tally.isEnough()) {
        readNoMore({ outcome: notWantedError });
        stop.abort(new Error(notWantedError.message));
      }
    } catch (error) {
      fail(error);
    }
    notifier.ring();
  };

  const settle = (window: OpenWindow<Item>) => {
    const { outcome: error } = noMore ?? { outcome: pendingError };
    for (const index of window.items.keys()) answer(window, index, { error });
  };

  const run = async (window: OpenWindow<Item>, number: number): Promise<void> => {
    const { stopped, late } = await runWindow({
      items: window.items,
      number,
      version,
      signal: stop.signal,
      toleratedFailures: tally.failuresLeft(),
      onOutcome: (index, outcome) => answer(window, index, outcome),
      onVersion: (learnt) => {
        version ??= learnt;
        notifier.ring();
      },
    });
    // past the deadline the others are answered with that, as by the function itself
    if (stopped && !noMore && !(late && onError === 'collect')) return fail(stopped);
    settle(window);
  };

  const feed = async (): Promise<void> => {
    const mayBegin = () => windows.length < WINDOWS_AT_ONCE && (running.size === 0 || version !== undefined);
    const goesOn = () => !failure && !over && !noMore;
    for (let number = 0; ; number++) {
      while (goesOn() && !mayBegin()) await notifier.next();
      const items = goesOn() ? await source.next() : undefined;
      if (!items || failure || over) break;
      const window = { items, outcomes: [] };
      tally.read(items.length);
      windows.push(window);
      if (noMore) {
        settle(window);
        break;
      }
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
    if (!noMore) tally.ended();
    try {
      tally.isEnough();
    } catch (error) {
      fail(error);
    }
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
    cancelDeadline();
    over = true;
    stop.abort(failure?.error);
    notifier.ring();
    await Promise.all(running);
    // what the input makes of its end is no reason to hide why it was ended
    await source.close().catch((error) => {
      if (!failure) throw error;
    });
  }
  if (failure) throw failure.error;
  if (noMore?.error) throw noMore.error;
}
