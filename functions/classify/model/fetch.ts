import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DrosteError, ModelLoadError } from '../../../platform/index.ts';
import type { ObjectInfo, ObjectStore } from '../../../platform/storage/index.ts';
import { parseS3Prefix } from '../core/s3-prefix.ts';
import { download } from './download.ts';
import { configFiles, findGraph, leastConfigFile, placesOfGraph, UnknownModelError } from './files.ts';

export interface FetchModelOptions {
  /** Opens the store of a bucket. */
  readonly store: (bucket: string) => Promise<ObjectStore>;
  /** Folder under which models are kept, created where absent (on Lambda, one in `/tmp`). */
  readonly directory: string;
}

/** Once per execution environment: what is here, or on its way, is not asked for again. */
const fetched = new Map<string, Promise<string>>();

/**
 * Brings a model from S3 to the disk: its graph (with external data) and its two JSON files, nothing else of the
 * prefix. Files are streamed into a temporary folder, verified, and moved into place in one step, so a model is
 * there whole or not at all, also where several processes share the folder. A model that changes in S3 gets another
 * folder.
 *
 * @param uri `s3://bucket/prefix`
 * @returns the model's folder, whose last part is the model's name; for `loadModel`
 * @throws ModelLoadError for a prefix without a model, a store that fails, and content that arrives damaged; the
 *   next call tries again
 */
export const fetchModel = (uri: string, options: FetchModelOptions): Promise<string> => {
  const key = JSON.stringify([uri, options.directory]);
  const known = fetched.get(key);
  if (known !== undefined) return known;
  const fetching = bring(uri, options).catch((cause: unknown) => {
    fetched.delete(key);
    if (cause instanceof DrosteError) throw cause;
    throw new ModelLoadError(`${uri}: expected a model that can be read, received: ${cause}`, { cause });
  });
  fetched.set(key, fetching);
  return fetching;
};

const bring = async (uri: string, { store: open, directory }: FetchModelOptions): Promise<string> => {
  const { bucket, prefix, name } = parseS3Prefix(uri);
  const store = await open(bucket);
  const files = modelFiles(await store.list(prefix), prefix, uri);
  const place = join(directory, fingerprint(uri, [...files.values()]));
  if (await exists(place)) return join(place, name);

  await mkdir(directory, { recursive: true });
  const temporary = await mkdtemp(join(directory, '.partial-'));
  try {
    for (const [path, file] of files) await download(store, file, join(temporary, name, path));
    await moveIntoPlace(temporary, place);
    return join(place, name);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};

/** The files to bring, by their path in the model's folder. */
const modelFiles = (
  stored: readonly ObjectInfo[],
  prefix: string,
  uri: string,
): ReadonlyMap<string, ObjectInfo> => {
  const byPath = new Map(stored.map((file) => [file.key.slice(prefix.length), file] as const));
  const graph = findGraph([...byPath.keys()]);
  if (graph === undefined) {
    if (stored.length === 0)
      throw new UnknownModelError(`${uri}: expected a model, received nothing under it`, []);
    throw new ModelLoadError(
      `${uri}: expected a graph at one of ${placesOfGraph}, received ${stored.length} other files`,
    );
  }
  if (!byPath.has(leastConfigFile)) {
    throw new ModelLoadError(`${uri}: expected ${leastConfigFile} beside the graph, received none`);
  }
  const wanted = [...configFiles, ...graph.externalData, graph.graph];
  return new Map(
    wanted.flatMap((path) => {
      const file = byPath.get(path);
      return file === undefined ? [] : [[path, file] as const];
    }),
  );
};

const fingerprint = (uri: string, files: readonly ObjectInfo[]): string =>
  createHash('sha256')
    .update(JSON.stringify([uri, files.map(({ key, bytes, etag }) => [key, bytes, etag])]))
    .digest('hex')
    .slice(0, 16);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const moveIntoPlace = async (temporary: string, place: string): Promise<void> => {
  try {
    await rename(temporary, place);
  } catch (failure) {
    // another process was faster: what it put there is the same model, and whole
    if (!(await exists(place))) throw failure;
  }
};
