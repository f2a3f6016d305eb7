import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidRequestError } from '../../platform/errors.ts';
import { isPictureName, type Picture, pictureAt } from './picture.ts';

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

const list = async (folder: string, cwd: string) => {
  try {
    return (await readdir(resolve(cwd, folder), { withFileTypes: true })).sort(byName);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidRequestError(`${folder}: expected a folder that can be read: ${why}`, { cause });
  }
};

const walk = async (folder: string, cwd: string, found: Picture[]): Promise<void> => {
  for (const entry of await list(folder, cwd)) {
    // hidden folders hold caches and trash; links to folders are not followed, for they may lead in circles
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.')) await walk(join(folder, entry.name), cwd, found);
    } else if (isPictureName(entry.name)) found.push(pictureAt(join(folder, entry.name), cwd));
  }
};

/**
 * The pictures under a folder, sub-folders included, each folder sorted by name (by code unit). A file is a picture
 * by its extension: nothing is read but the folders themselves.
 *
 * @throws InvalidRequestError for a folder that cannot be read
 */
export const picturesUnder = async (folder: string, cwd: string): Promise<readonly Picture[]> => {
  const found: Picture[] = [];
  await walk(folder, cwd, found);
  return found;
};
