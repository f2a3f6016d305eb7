import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pMap from 'p-map';
import { createDirectoryStore } from '../../platform/storage/index.ts';
import type { Picture } from '../inputs/picture.ts';
import { version } from '../installation.ts';
import type { RunIdentity } from './identity.ts';

/** Results by what they depend on: the content of a picture, the model, the options. */
export interface ResultCache {
  /** The results that are there, of pictures that are files. */
  look(pictures: readonly Picture[], signal: AbortSignal): Promise<ReadonlyMap<Picture, unknown>>;
  /** Keeps results, unless the file has changed since it was looked at. */
  keep(picture: Picture, results: unknown): void;
  /** Resolves when all is kept. @throws the first error of the folder */
  close(): Promise<void>;
}

/** Files that are read at once. */
const AT_ONCE = 8;

const sha256 = (): ReturnType<typeof createHash> => createHash('sha256');

/** Says which content a file has without reading it. */
const stampOf = async (path: string): Promise<string> => {
  const { ino, size, mtimeNs } = await stat(path, { bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
};

/** Opens a cache in a folder, which is made when the first results come. Nothing in it is ever removed. */
export const openResultCache = (folder: string, identity: RunIdentity): ResultCache => {
  const store = createDirectoryStore(folder);
  const run = JSON.stringify([version, identity]);
  const known = new Map<Picture, { readonly key: string; readonly path: string; readonly stamp: string }>();
  const keeping = new Set<Promise<void>>();
  let failure: unknown;

  const keyOf = async (path: string): Promise<string> => {
    const content = sha256();
    for await (const chunk of createReadStream(path)) content.update(chunk);
    const key = sha256().update(`${run}\n`).update(content.digest()).digest('hex');
    return `${key.slice(0, 2)}/${key.slice(2)}.json`;
  };
  const find = async (picture: Picture): Promise<readonly [Picture, unknown] | undefined> => {
    if (!picture.reference.startsWith('file:')) return undefined;
    const path = fileURLToPath(picture.reference);
    try {
      const stamp = await stampOf(path);
      const key = await keyOf(path);
      known.set(picture, { key, path, stamp });
      const there = await store.get(key);
      if (there === undefined) return undefined;
      const entry = JSON.parse(Buffer.from(there).toString());
      return entry.key === key ? [picture, entry.results] : undefined;
    } catch {
      // what cannot be read, here or there, is the function's to answer
      return undefined;
    }
  };
  return {
    look: async (pictures, signal) => {
      const found = await pMap(pictures, (picture) => (signal.aborted ? undefined : find(picture)), {
        concurrency: AT_ONCE,
      });
      return new Map(found.filter((each) => each !== undefined));
    },
    keep: (picture, results) => {
      const place = known.get(picture);
      known.delete(picture);
      if (place === undefined) return;
      const kept = stampOf(place.path)
        .then((stamp) =>
          stamp === place.stamp
            ? store.put(place.key, Buffer.from(JSON.stringify({ key: place.key, results })))
            : undefined,
        )
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => keeping.delete(kept));
      keeping.add(kept);
    },
    close: async () => {
      await Promise.all(keeping);
      if (failure !== undefined) throw failure;
    },
  };
};
