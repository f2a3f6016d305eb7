import type { ObjectStore } from '../../platform/storage/index.ts';
import type { Place } from '../child/place.ts';
import type { Clock } from '../child/ports.ts';
import type { OpenStore } from '../protocol/wire.ts';
import { type BatchControl, mustEnd } from '../stored-batch/control.ts';

/** Between two looks; a request to S3 costs $0.0000004, and a picture takes a tenth of that time. */
const LOOK_EVERY_MS = 1_000;

const keyOf = (runId: string): string => `aborted/${runId}`;

/** The reason of what was stopped because another invocation of the tree was. */
const treeAborted = () => Object.assign(new Error('The tree was aborted.'), { name: 'AbortError' });

/**
 * Tells a whole tree that its work is not wanted any more: aborting a call stops the wait for a child, not the child,
 * which Lambda lets run to its end.
 */
export const markAborted = (store: ObjectStore, runId: string): Promise<void> =>
  store.put(keyOf(runId), new Uint8Array());

/** How an invocation hears that its tree was aborted. */
export interface AbortWatch {
  readonly signal: AbortSignal;
  /** Ends the watch. */
  end(): void;
}

/** What an invocation is, to those who may tell it to end. */
export interface Watched extends Pick<Place, 'runId' | 'batch' | 'depth'> {
  /** What the root of a stored batch was told of it at its beginning. */
  readonly control?: BatchControl | undefined;
}

/** Whether an invocation is told to end. The root looks for no marker, for it is the one who tells. */
const isTold = async (store: ObjectStore, { runId, batch, depth, control }: Watched): Promise<boolean> =>
  (depth > 0 && (await store.stat(keyOf(runId))) !== undefined) ||
  (batch !== undefined && (await mustEnd(store, batch, control)));

/**
 * Looks once a second, from the first second on, whether an invocation is told to end: by its root, or by the control
 * of its stored batch. The store is opened with the first look, and one that does not answer is no reason to stop.
 * Without a store nobody can be told.
 */
export const watchAborted = (
  openStore: OpenStore | undefined,
  watched: Watched,
  clock: Clock,
): AbortWatch => {
  const controller = new AbortController();
  let ended = false;
  let cancel = () => {};
  const look = async () => {
    const told = await openStore?.()
      .then((store) => isTold(store, watched))
      .catch(() => false);
    if (ended) return;
    if (told) controller.abort(treeAborted());
    else later();
  };
  const later = () => {
    cancel = clock.at(clock.now() + LOOK_EVERY_MS, look);
  };
  if (openStore && (watched.depth > 0 || watched.batch !== undefined)) later();
  return {
    signal: controller.signal,
    end: () => {
      ended = true;
      cancel();
    },
  };
};
