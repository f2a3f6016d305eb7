import { randomUUID } from 'node:crypto';
import { type BigIntStats, writeFile as writeFileThen } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ConfigurationError } from '../errors.ts';
import { type Expiring, removeExpired } from './expiry.ts';
import {
  checkKey,
  type ObjectInfo,
  type ObjectStore,
  type OpenOptions,
  objectChanged,
  readAll,
} from './object-store.ts';

// not of node:fs/promises, which makes an object for each file
const writeFile = promisify(writeFileThen);

const discard = (partial: string): Promise<void> => rm(partial, { force: true }).catch(() => {});

/** What is being written has this at the end of its name. */
const PARTIAL = /~[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const isCalled = (code: string) => (error: unknown) => (error as NodeJS.ErrnoException).code === code;
const isMissing = isCalled('ENOENT');
const isThere = isCalled('EEXIST');

const unlessMissing = (error: unknown): undefined => {
  if (!isMissing(error)) throw error;
};

/** A file that is put again is another file: its inode differs, or its time does. */
const etagOf = ({ ino, size, mtimeNs }: BigIntStats): string =>
  `"${ino.toString(16)}-${size.toString(16)}-${mtimeNs.toString(16)}"`;

async function* readFrom(file: FileHandle, { from, to }: NonNullable<OpenOptions['range']>) {
  try {
    // Node's `end` is the last byte, included
    if (to > from) yield* file.createReadStream({ start: from, end: to - 1, autoClose: false });
  } finally {
    await file.close();
  }
}

const openFile = async (path: string, name: string, { ifMatch, range }: OpenOptions) => {
  const file = await open(path);
  try {
    const stats = await file.stat({ bigint: true });
    const etag = etagOf(stats);
    if (ifMatch !== undefined && ifMatch !== etag) throw objectChanged(name, ifMatch);
    const size = Number(stats.size);
    const from = Math.min(range?.from ?? 0, size);
    const to = Math.max(from, Math.min(range?.to ?? size, size));
    return { etag, bytes: to - from, body: readFrom(file, { from, to }) };
  } catch (error) {
    await file.close();
    throw error;
  }
};

/**
 * A store in a folder, shared by the processes of one machine; made when the first object comes. Objects are written
 * beside their place and moved into it. `expiring` says which of its objects are removed, a day after they were put,
 * when a store is opened on the folder; nothing else ever is.
 *
 * `put` and `create` throw ConfigurationError where the folder cannot be written to.
 */
export const createDirectoryStore = (
  directory: string,
  { expiring = {}, nowMs = Date.now() }: { readonly expiring?: Expiring; readonly nowMs?: number } = {},
): ObjectStore => {
  const swept = removeExpired(directory, expiring, nowMs);
  const pathOf = (key: string) => join(directory, checkKey(key));
  const location = pathToFileURL(join(directory, '/')).href;

  const write = async <T>(
    key: string,
    content: Uint8Array,
    land: (partial: string, path: string) => Promise<T>,
  ) => {
    const path = pathOf(key);
    const partial = `${path}~${randomUUID()}`;
    await swept;
    try {
      await writeFile(partial, content).catch(async (error) => {
        unlessMissing(error);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(partial, content);
      });
      return await land(partial, path);
    } catch (cause) {
      await discard(partial);
      throw new ConfigurationError(`Expected a folder that can be written to at ${directory}: ${cause}`, {
        cause,
      });
    }
  };

  const stats = async (path: string): Promise<ObjectInfo | undefined> => {
    const found = await stat(path, { bigint: true }).catch(unlessMissing);
    if (!found?.isFile()) return undefined;
    const key = relative(directory, path).split(sep).join('/');
    return { key, bytes: Number(found.size), etag: etagOf(found), modifiedMs: Number(found.mtimeMs) };
  };

  const opened = async (key: string, options: OpenOptions = {}) => {
    const path = pathOf(key);
    await swept;
    return openFile(path, `${location}${key}`, options).catch(unlessMissing);
  };

  const list = async (prefix: string) => {
    const folder = prefix === '' ? directory : pathOf(prefix.replace(/\/$/, ''));
    await swept;
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(unlessMissing);
    const names = (entries ?? []).filter((entry) => entry.isFile() && !PARTIAL.test(entry.name));
    const found = await Promise.all(names.map((entry) => stats(join(entry.parentPath, entry.name))));
    return found.flatMap((info) => info ?? []).sort((a, b) => (a.key < b.key ? -1 : 1));
  };

  return {
    location,
    put: (key, content) => write(key, content, rename),
    create: (key, content) =>
      write(key, content, async (partial, path) => {
        // unlike a rename, a link takes no other's place
        const isMade = await link(partial, path).then(
          () => true,
          (error) => {
            if (isThere(error)) return false;
            throw error;
          },
        );
        await discard(partial);
        return isMade;
      }),
    get: async (key) => {
      const content = await opened(key);
      return content && readAll(content.body);
    },
    open: opened,
    stat: async (key) => {
      const path = pathOf(key);
      await swept;
      return stats(path);
    },
    list,
    pages: async function* (prefix) {
      yield await list(prefix);
    },
  };
};
