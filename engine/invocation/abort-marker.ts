import type { ObjectStore } from '../../platform/storage/index.ts';
import type { Clock } from '../child/ports.ts';
import type { OpenStore } from '../protocol/wire.ts';

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

/**
 * Looks for the marker of a run once a second, from the first second on. The store is opened with the first look, and
 * one that does not answer is no reason to stop. Without a store nobody can be told.
 */
export const watchAborted = (openStore: OpenStore | undefined, runId: string, clock: Clock): AbortWatch => {
  const controller = new AbortController();
  let ended = false;
  let cancel = () => {};
  const look = async () => {
    const found = await openStore?.()
      .then((store) => store.stat(keyOf(runId)))
      .catch(() => undefined);
    if (ended) return;
    if (found) controller.abort(treeAborted());
    else later();
  };
  const later = () => {
    cancel = clock.at(clock.now() + LOOK_EVERY_MS, look);
  };
  if (openStore) later();
  return {
    signal: controller.signal,
    end: () => {
      ended = true;
      cancel();
    },
  };
};
