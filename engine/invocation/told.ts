import type { Place } from '../child/place.ts';
import { type HandlerDeps, type InvocationReport, MAX_ERROR_NAMES, type Start } from '../handler.ts';
import type { ItemSource } from '../stored-batch/item-source.ts';
import type { DriveResult } from './drive-input.ts';

/** How often each error is there, those of the rarest names left out where there are too many. */
const countErrors = (outcomes: DriveResult['outcomes']): InvocationReport['errors'] => {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) {
    if (!outcome || !('error' in outcome)) continue;
    counts.set(outcome.error.name, (counts.get(outcome.error.name) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([, a], [, b]) => b - a);
  return Object.fromEntries(byCount.slice(0, MAX_ERROR_NAMES));
};

/** What one invocation says of itself at its end. */
export const reportOf = (
  { place, items }: { readonly place: Place; readonly items: ItemSource },
  start: Start,
  result: Pick<DriveResult, 'outcomes' | 'stopped'> & Pick<InvocationReport, 'own' | 'stats'>,
  elapsedMs: number,
): InvocationReport => ({
  rootRequestId: place.rootRequestId,
  requestId: start.context.awsRequestId,
  path: place.path,
  depth: place.depth,
  items: items.length,
  failed: result.outcomes.filter((outcome) => outcome && 'error' in outcome).length,
  errors: countErrors(result.outcomes),
  cold: start.cold,
  elapsedMs,
  own: result.own,
  stats: result.stats,
  ...(result.stopped && { stopped: result.stopped.name }),
});

/** A report that cannot be made costs no invocation anything. */
export const tell = async ({ report }: HandlerDeps, told: InvocationReport): Promise<void> => {
  try {
    await report?.(told);
  } catch (error) {
    console.error('The invocation could not be reported:', error);
  }
};
