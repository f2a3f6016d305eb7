import { ConfigurationError, InvalidRequestError } from '../../platform/errors.ts';
import type { ObjectStore } from '../../platform/storage/object-store.ts';
import type { HandlerDeps, Start } from '../handler.ts';
import { runPart, shapeOf } from '../invocation/part.ts';
import { rootPlace } from '../invocation/root-place.ts';
import { complement } from '../policy/cover.ts';
import type { Request } from '../protocol/request.ts';
import { listParts, writeIndex } from './batch-index.ts';
import { openManifest } from './manifest.ts';
import { indexKey, sourceKey } from './part-key.ts';

/** Letters, digits, `.`, `_` and `-`: it becomes part of keys and file names. */
const BATCH_NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

const batchName = (resume: string | undefined, requestId: string): string => {
  const name = resume ?? requestId;
  if (BATCH_NAME.test(name)) return name;
  throw new InvalidRequestError(
    `options.resume: expected the name of a batch (letters, digits, ".", "_", "-"; at most 100), received ${JSON.stringify(name.slice(0, 120))}`,
  );
};

/**
 * Parts say which items they have by index alone, so a name belongs to one manifest.
 *
 * @throws InvalidRequestError when it belongs to another.
 */
const claimName = async (
  store: ObjectStore,
  batch: string,
  source: { readonly manifest: string; readonly items: number },
): Promise<void> => {
  const text = JSON.stringify(source);
  const known = await store.get(sourceKey(batch));
  if (!known) return store.put(sourceKey(batch), Buffer.from(text));
  const other = Buffer.from(known).toString('utf8');
  if (other === text) return;
  throw new InvalidRequestError(
    `options.resume: expected ${text} to continue batch ${batch}, but that name belongs to ${other}; choose another`,
  );
};

/**
 * Answers a batch that is given as a manifest: the results go to the store, in parts, and the reply says where their
 * index is. What parts there are already of a batch of this name is not done again, so that a batch whose root was
 * lost on the way is continued by sending the same request once more.
 *
 * @throws ConfigurationError where no store is configured.
 */
export const serveManifest = async (
  request: Request & { readonly manifest: string },
  start: Start,
  deps: HandlerDeps,
): Promise<unknown> => {
  const { manifest, options } = request;
  if (!deps.openStore) {
    throw new ConfigurationError(
      'STORE: expected s3://bucket/prefix (or file:///folder) to write the results of a manifest to, found none',
    );
  }
  const batch = batchName(options.resume, start.context.awsRequestId);
  const place = { ...rootPlace(request, start, deps), batch };
  const [store, items] = await Promise.all([
    deps.openStore(),
    openManifest({ uri: manifest }, deps.config.allowFile),
  ]);
  await claimName(store, batch, { manifest, items: items.length });
  const done = await listParts(store, batch);
  const result = await runPart(
    {
      items,
      todo: complement(done, items.length),
      options,
      attempt: 0,
      shape: shapeOf(deps.config, options),
      place,
    },
    start,
    deps,
  );
  const index = await writeIndex(store, batch, items.length);
  const { succeeded, failed, missing, parts } = index;
  return {
    results: { index: `${store.location}${indexKey(batch)}`, parts: parts.length },
    summary: {
      items: items.length,
      succeeded,
      failed,
      ...result.stats,
      version: result.version,
      ...result.identity,
      ...(options.receipts && { attempts: result.attempts }),
      // the same request with this name does what is missing, and nothing else
      ...(missing.length > 0 && { missing, resume: batch }),
    },
  };
};
