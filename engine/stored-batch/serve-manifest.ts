import { ConfigurationError } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { inTime } from '../child/ports.ts';
import type { HandlerDeps, Start } from '../handler.ts';
import type { Done } from '../invocation/drive-input.ts';
import { rootPlace } from '../invocation/root-place.ts';
import { runTask, shapeOf } from '../invocation/task.ts';
import { complement, cover } from '../policy/cover.ts';
import { type Range, sizeOfAll } from '../policy/range.ts';
import { judge } from '../policy/tolerance.ts';
import { ownOptions, type TreeOptions, toleranceOf } from '../protocol/options.ts';
import type { Request } from '../protocol/request.ts';
import { type BatchIndex, indexOf, listParts, writeIndex } from './batch-index.ts';
import { batchName, bindName, readIdentity } from './batch-name.ts';
import { readControl } from './control.ts';
import { openList } from './list.ts';
import { describeSource, type ListSource } from './list-source.ts';
import type { Part } from './part-key.ts';

/** Kept back from the deadline for the last parts and the index: a few requests to the store, one after another. */
const STORE_MARGIN_MS = 1_000;

/** Of what is missing the reply names so many ranges; the index has all. */
const MISSING_SHOWN = 1_000;

/** The parts of a batch that is continued, and what its work functions said of themselves. */
const continued = async (store: ObjectStore, batch: string) => {
  const [parts, identity] = await Promise.all([listParts(store, batch), readIdentity(store, batch)]);
  return { parts, identity };
};

const fresh = { parts: [] as readonly Part[], identity: {} };

/**
 * What earlier roots have done of a batch, for its tolerance to count. Whoever continues one that has failed by it wants
 * what is missing, and takes the failures there are: they are not counted again.
 */
const judgedBefore = async (
  options: TreeOptions,
  parts: readonly Part[],
  index: (parts: readonly Part[]) => Promise<BatchIndex>,
): Promise<Done | undefined> => {
  const tolerance = toleranceOf(options);
  if (!tolerance || parts.length === 0) return undefined;
  const { items, succeeded, failed } = await index(parts);
  const isOver = judge({ succeeded, failed, total: items }, tolerance).kind === 'too-many';
  return { succeeded, failed: isOver ? 0 : failed };
};

const missingOf = (missing: readonly Range[], batch: string) => ({
  missing: missing.slice(0, MISSING_SHOWN),
  ...(missing.length > MISSING_SHOWN && { missingItems: sizeOfAll(missing) }),
  // the same request with this name does what is missing, and nothing else
  resume: batch,
});

/**
 * Answers a batch that is given as a manifest: the results go to the store, in parts, and the reply says where their
 * index is. What parts there are already of a batch of this name is not done again, so that a batch whose root was
 * lost on the way is continued by sending the same request once more. The parts are listed only then: children say
 * which they wrote.
 *
 * It ends early when the batch's control says so: cancelled, or with another number of slots. What is missing then is
 * named as it is at a deadline.
 *
 * It always answers before its deadline. Where the store is too slow for an index, the reply names none (`null`), and
 * what is missing is to be asked for again, with nothing lost that is in a part.
 *
 * @throws ConfigurationError where no store is configured, or it cannot be written to; InvalidRequestError for a name
 *   that belongs to another list, other options or another version; VersionSkewError for one of another model.
 */
export const serveManifest = async (
  request: Request & { readonly list: ListSource },
  start: Start,
  deps: HandlerDeps,
): Promise<unknown> => {
  const { list, options } = request;
  if (!deps.openStore) {
    throw new ConfigurationError(
      'STORE: expected s3://bucket/prefix to write the results of a manifest to, found none',
    );
  }
  const batch = batchName(options.resume, start.context.awsRequestId);
  const place = rootPlace(request, start, deps);
  const store = await deps.openStore();
  const { items, etag } = await openList(list, { store, batch }, deps.config.allowFile);
  const isNew = await bindName(store, batch, {
    manifest: describeSource(list),
    etag,
    items: items.length,
    options: ownOptions(options),
    version: place.version ?? '',
  });
  const known = isNew ? fresh : await continued(store, batch);
  const before = await judgedBefore(options, known.parts, (parts) =>
    indexOf(store, batch, items.length, parts),
  );
  const control = await readControl(store, batch);
  const shape = shapeOf(deps.config, options);
  const result = await runTask(
    {
      items: items.select(complement(cover(known.parts), items.length)),
      options,
      attempt: 0,
      ...(before && { before }),
      shape: { ...shape, slots: Math.min(shape.slots, control.slots ?? shape.slots) },
      control,
      place: {
        ...place,
        batch,
        identity: { ...known.identity },
        deadline: place.deadline - STORE_MARGIN_MS,
      },
      // the other half is for the index
      storedBy: place.deadline - STORE_MARGIN_MS / 2,
    },
    start,
    deps,
  );
  const parts = [...known.parts, ...(result.stored?.parts ?? [])];
  const write = async (): Promise<{ readonly key: string; readonly index: BatchIndex }> => {
    const index = await indexOf(store, batch, items.length, parts);
    return { key: await writeIndex(store, index), index };
  };
  const written = await inTime(write(), place.deadline, deps.clock);
  const { succeeded = 0, failed = 0, missing = [{ start: 0, end: items.length }] } = written?.index ?? {};
  return {
    results: {
      index: written ? `${store.location}${written.key}` : null,
      parts: written?.index.parts.length ?? 0,
    },
    summary: {
      items: items.length,
      succeeded,
      failed,
      ...result.stats,
      version: result.version,
      ...result.identity,
      rootRequestId: place.rootRequestId,
      ...(result.enough && { completionReason: 'MIN_SUCCESSFUL_REACHED' }),
      ...(options.receipts && { attempts: result.attempts, receipts: result.receipts }),
      ...(missing.length > 0 && missingOf(missing, batch)),
    },
  };
};
