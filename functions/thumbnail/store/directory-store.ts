import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError } from '../../../platform/errors.ts';
import type { ThumbnailStore } from './thumbnail-store.ts';

const cannotWrite = (directory: string, cause: unknown): ConfigurationError => {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ConfigurationError(`Expected a folder to write thumbnails to at ${directory}: ${why}`, {
    cause,
  });
};

/**
 * A store in a folder, made when the first thumbnail comes. Written beside its place, under a name that begins with
 * a dot, and moved into it.
 *
 * @throws ConfigurationError, by `put`, where the folder cannot be written to.
 */
export const createDirectoryThumbnails = (directory: string): ThumbnailStore => {
  let made: Promise<unknown> | undefined;
  const location = pathToFileURL(join(directory, '/')).href;
  return {
    location,
    put: async ({ name, data }) => {
      const partial = join(directory, `.${name}.${randomUUID()}`);
      try {
        made ??= mkdir(directory, { recursive: true });
        await made;
        await writeFile(partial, data);
        await rename(partial, join(directory, name));
      } catch (cause) {
        // the next one may find the folder mended
        made = undefined;
        await rm(partial, { force: true }).catch(() => {});
        throw cannotWrite(directory, cause);
      }
      return `${location}${name}`;
    },
  };
};
