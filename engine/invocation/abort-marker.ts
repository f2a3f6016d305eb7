import type { ObjectStore } from '../../platform/storage/object-store.ts';
import type { Clock } from '../child/ports.ts';

/** Between two looks; a request to S3 costs $0.0000004, and a picture takes a tenth of that time. */
const LOOK_EVERY_MS = 1_000;

const keyOf = (rootRequestId: string): string => `aborted/${rootRequestId}`;

/** Tells the whole tree that its work is not wanted any more: aborting a call does not stop the child that runs. */
export const markAborted = (store: ObjectStore, rootRequestId: string): Promise<void> =>
  store.put(keyOf(rootRequestId), new Uint8Array());

/**
 * Looks for the marker once a second until it is there, or the watch is ended. A store that does not answer is no
 * reason to stop.
 *
 * @returns ends the watch.
 */
export const watchAborted = (
  store: ObjectStore,
  rootRequestId: string,
  clock: Clock,
  onAborted: () => void,
): (() => void) => {
  let ended = false;
  let cancel = () => {};
  const look = async () => {
    const aborted = await store.stat(keyOf(rootRequestId)).catch(() => undefined);
    if (ended) return;
    if (aborted) onAborted();
    else later();
  };
  const later = () => {
    cancel = clock.at(clock.now() + LOOK_EVERY_MS, look);
  };
  later();
  return () => {
    ended = true;
    cancel();
  };
};
