import { ConfigurationError } from '../../platform/index.ts';
import type { Place } from '../child/place.ts';
import { type Clock, inTime } from '../child/ports.ts';
import type { HandlerDeps } from '../handler.ts';
import { createIdentityBinding } from '../stored-batch/batch-name.ts';
import type { StoredResults } from '../stored-batch/part-key.ts';
import { createPartWriter, type PartWriter } from '../stored-batch/part-writer.ts';

/** Opens the writer of one invocation of a stored batch; none where the batch is none. @throws ConfigurationError without a store. */
export const openWriter = async (
  { batch, identity }: Pick<Place, 'batch' | 'identity'>,
  { openStore, clock }: HandlerDeps,
  onFailed: (error: unknown) => void,
): Promise<PartWriter | undefined> => {
  if (batch === undefined) return undefined;
  if (!openStore) throw new ConfigurationError('STORE: expected a store to write results to, found none');
  const store = await openStore();
  const bind = createIdentityBinding(store, batch);
  return createPartWriter({ store, batch, clock, mayWrite: () => bind(identity), onFailed });
};

/** What was stored, by that instant at the latest; what is written later is found by whoever continues the batch. */
export const finishBy = async (
  writer: PartWriter | undefined,
  inlineBytes: number,
  byMs: number | undefined,
  clock: Clock,
): Promise<StoredResults | undefined> => {
  if (!writer) return undefined;
  const finished = writer.finish(inlineBytes);
  if (byMs === undefined) return finished;
  // what failed is told by the fault that it is
  await inTime(
    finished.catch(() => {}),
    byMs,
    clock,
  );
  return { parts: [...writer.parts()], lines: [] };
};
