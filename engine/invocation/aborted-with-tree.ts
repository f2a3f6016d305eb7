import type { Place } from '../child/child.ts';
import type { HandlerDeps } from '../handler.ts';
import { markAborted, watchAborted } from './abort-marker.ts';

/** How one invocation hears that its tree was aborted, and tells the others. */
export interface TreeAbort {
  readonly signal: AbortSignal | undefined;
  /** Tells the rest of the tree; where there is no store nobody can be told, and a store that fails is no reason to. */
  tell(): Promise<void>;
  /** Stops listening. */
  end(): void;
}

/** The reason of what was stopped because another invocation of the tree was. */
const treeAborted = () => Object.assign(new Error('The tree was aborted.'), { name: 'AbortError' });

/**
 * Watches for the abort of the whole tree. Aborting a call stops the wait for a child, not the child: Lambda lets it
 * run to its end. Where a store is configured, children look there for a marker, once a second from the first second
 * on; the root does not, for it is the one who tells.
 */
export const abortedWithTree = async (
  { rootRequestId, depth }: Place,
  { openStore, clock }: HandlerDeps,
): Promise<TreeAbort> => {
  if (!openStore) return { signal: undefined, tell: async () => {}, end: () => {} };
  const controller = new AbortController();
  const end =
    depth === 0
      ? () => {}
      : watchAborted(await openStore(), rootRequestId, clock, () => controller.abort(treeAborted()));
  return {
    signal: controller.signal,
    tell: async () => {
      await openStore()
        .then((store) => markAborted(store, rootRequestId))
        .catch(() => {});
    },
    end,
  };
};
