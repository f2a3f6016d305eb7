import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { watch } from 'chokidar';
import { InvalidRequestError } from '../../platform/index.ts';
import { isPictureName, type Picture, pictureAt } from './picture.ts';
import { isExcluded, type WalkOptions } from './walk.ts';

/** Pictures that come into folders, or change there, until it is closed. */
export interface Watched {
  readonly pieces: AsyncIterable<readonly Picture[]>;
  close(): Promise<void>;
}

/** A file is whole when its size has stayed the same for so long; cameras and browsers write in pieces. */
const SETTLED_MS = 300;

/**
 * Watches folders, sub-folders included. What is in them when it begins is looked at too, so that nothing is missed
 * between a listing and this.
 *
 * @param listed the pictures that a listing has found: they come again only where they change
 */
export const watchFolders = (
  folders: readonly string[],
  { cwd, exclude, follow, output }: Omit<WalkOptions, 'notes'>,
  listed: readonly Picture[],
): Watched => {
  const known = new Set(listed.map(({ reference }) => reference));
  const typed = new Map(folders.map((folder) => [resolve(cwd, folder), folder]));
  let waiting: Picture[] = [];
  let failure: Error | undefined;
  let wake = Promise.withResolvers<void>();
  let isOpen = true;
  /** The path as a listing would show it: below the folder as it was typed. */
  const shownOf = (path: string): string => {
    const root = [...typed.keys()].find((folder) => path.startsWith(`${folder}/`)) ?? cwd;
    return `${(typed.get(root) ?? '.').replace(/\/$/, '')}/${relative(root, path)}`;
  };
  /** The parents of the folders are among what is watched, for the folders' sake. */
  const isWithin = (path: string): boolean =>
    [...typed.keys()].some((folder) => path === folder || path.startsWith(`${folder}/`));
  const isHidden = (path: string): boolean => !typed.has(path) && basename(path).startsWith('.');
  const take = (path: string, changed: boolean): void => {
    const shown = shownOf(path).replace(/^\.\//, '');
    const picture = pictureAt(shown, cwd);
    if (!isPictureName(path) || isExcluded(shown, exclude)) return;
    if (!changed && known.has(picture.reference)) return;
    known.add(picture.reference);
    waiting.push({ ...picture, ...(changed && { changed }) });
    wake.resolve();
  };
  const watcher = watch([...typed.keys()], {
    ignored: (path) => isHidden(path) || path === output,
    followSymlinks: follow,
    awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: SETTLED_MS / 3 },
  });
  // a folder is read first and watched then: what came between the two was in neither
  const lookAgain = async (folder: string): Promise<void> => {
    const seen = new Set(watcher.getWatched()[folder]);
    const names = await readdir(folder).catch((): string[] => []);
    if (isOpen) watcher.add(names.filter((name) => !seen.has(name)).map((name) => join(folder, name)));
  };
  let isReady = false;
  watcher.on('ready', () => {
    isReady = true;
    for (const folder of Object.keys(watcher.getWatched())) if (isWithin(folder)) lookAgain(folder);
  });
  watcher.on('addDir', (folder) => {
    if (isReady) setTimeout(lookAgain, SETTLED_MS, folder).unref();
  });
  watcher.on('add', (path) => take(path, false));
  watcher.on('change', (path) => take(path, true));
  const fail = (why: string, cause?: unknown): void => {
    failure = new InvalidRequestError(`--watch: expected folders that can be watched: ${why}`, { cause });
    wake.resolve();
  };
  watcher.on('error', (error) => fail(String(error), error));
  // one that is made anew under its name is another, of which nothing would be heard
  watcher.on('unlinkDir', (path) => {
    if (typed.has(path)) fail(`${typed.get(path)} has been removed`);
  });
  // what a busy machine tells late, of files and their folder at once, is made an event of the files alone
  watcher.on('raw', (event) => {
    if (event !== 'rename') return;
    for (const [path, folder] of typed) if (!existsSync(path)) fail(`${folder} has been removed`);
  });
  return {
    pieces: (async function* () {
      while (isOpen) {
        await wake.promise;
        wake = Promise.withResolvers();
        const piece = waiting;
        waiting = [];
        if (piece.length > 0) yield piece;
        if (failure !== undefined) throw failure;
      }
    })(),
    close: async () => {
      isOpen = false;
      wake.resolve();
      await watcher.close();
    },
  };
};
