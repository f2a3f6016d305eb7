import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ObjectStore } from './object-store.ts';

/** What a tree puts aside is of no use a day later; the model bucket's lifecycle rule says the same. */
const EXPIRES_AFTER_MS = 24 * 60 * 60 * 1000;

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** What is being written has this in its name, which no key has. */
const PARTIAL = '~';

const isPartial = (name: string): boolean => name.includes(PARTIAL);

const removeExpired = async (directory: string, nowMs: number): Promise<void> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // somebody else's sweep may have been faster
    const { mtimeMs = nowMs } = await stat(path).catch(() => ({ mtimeMs: nowMs }));
    if (nowMs - mtimeMs > EXPIRES_AFTER_MS) await rm(path, { force: true });
  }
};

/**
 * A store in a folder, shared by the processes of one machine. Objects are written beside their place and moved into
 * it; those older than a day are removed when a store is opened on the folder.
 */
export const createDirectoryStore = (directory: string, nowMs = Date.now()): ObjectStore => {
  const swept = removeExpired(directory, nowMs);
  const pathOf = (key: string) => join(directory, key);
  return {
    location: pathToFileURL(join(directory, '/')).href,
    put: async (key, content) => {
      await swept;
      const path = pathOf(key);
      const partial = `${path}${PARTIAL}${randomUUID()}`;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(partial, content);
      await rename(partial, path);
    },
    get: async (key) => {
      await swept;
      try {
        return await readFile(pathOf(key));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    has: async (key) => {
      await swept;
      return access(pathOf(key)).then(
        () => true,
        () => false,
      );
    },
    list: async (prefix) => {
      await swept;
      const entries = await readdir(pathOf(prefix), { recursive: true, withFileTypes: true }).catch(
        (error: unknown) => {
          if (isMissing(error)) return [];
          throw error;
        },
      );
      return entries
        .filter((entry) => entry.isFile() && !isPartial(entry.name))
        .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
    },
  };
};
