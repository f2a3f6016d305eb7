import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, matchesGlob, resolve } from 'node:path';
import { messageOf } from '../../platform/index.ts';
import { isPictureName, type Picture, pictureAt, undecodedExtension } from './picture.ts';

/** What is said of a walk beside the pictures it found. */
export interface WalkNotes {
  /** Folders that could not be read, and why. */
  readonly unreadable: { readonly folder: string; readonly why: string }[];
  /** How many pictures of formats the function does not decode were passed over, by extension. */
  readonly undecoded: Map<string, number>;
}

/** Where and how folders are walked. */
export interface WalkOptions {
  readonly cwd: string;
  /** Patterns of names, or of paths from the working directory, that are left out. */
  readonly exclude: readonly string[];
  /** Whether links to folders are followed. */
  readonly follow: boolean;
  /** The folder that results go to, an absolute path: what is in it is no input, or it would come back as one. */
  readonly output?: string | undefined;
  readonly notes: WalkNotes;
}

/** What of a folder is wanted; paths are relative to it. */
interface Wanted {
  enters(path: string): boolean;
  takes(path: string): boolean;
}

/** Hidden folders hold caches and trash. */
const everything: Wanted = { enters: (path) => !basename(path).startsWith('.'), takes: () => true };

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** What a link leads to, where it leads to something. */
const kindOf = async (
  entry: Dirent,
  path: string,
): Promise<'folder' | 'link to a folder' | 'file' | 'other'> => {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  if (!entry.isSymbolicLink()) return 'other';
  const target = await stat(path).catch(() => undefined);
  // a link to nothing is a picture that fails by itself
  if (target === undefined || target.isFile()) return 'file';
  return target.isDirectory() ? 'link to a folder' : 'other';
};

/** Whether a path, or the name at its end, is left out. */
export const isExcluded = (path: string, exclude: readonly string[]): boolean =>
  exclude.some((pattern) => matchesGlob(basename(path), pattern) || matchesGlob(path, pattern));

const walk = async (root: string, wanted: Wanted, options: WalkOptions): Promise<readonly Picture[]> => {
  const { cwd, exclude, follow, output, notes } = options;
  const found: Picture[] = [];
  const visit = async (folder: string, within: string, above: readonly string[]): Promise<void> => {
    const entries = await readdir(resolve(cwd, folder), { withFileTypes: true }).catch((cause: unknown) => {
      notes.unreadable.push({ folder, why: messageOf(cause) });
      return [];
    });
    for (const entry of entries.sort(byName)) {
      const path = join(folder, entry.name);
      const relative = within === '' ? entry.name : `${within}/${entry.name}`;
      if (isExcluded(path, exclude) || resolve(cwd, path) === output) continue;
      const kind = await kindOf(entry, resolve(cwd, path));
      if (kind === 'folder' && wanted.enters(relative)) await visit(path, relative, above);
      if (kind === 'link to a folder' && follow && wanted.enters(relative)) {
        const real = await realpath(resolve(cwd, path));
        // it may lead in circles
        if (!above.includes(real)) await visit(path, relative, [...above, real]);
      }
      if (kind !== 'file' || !wanted.takes(relative)) continue;
      const undecoded = undecodedExtension(entry.name);
      if (isPictureName(entry.name)) found.push(pictureAt(path, cwd));
      else if (undecoded !== undefined)
        notes.undecoded.set(undecoded, (notes.undecoded.get(undecoded) ?? 0) + 1);
    }
  };

  await visit(root, '', follow ? [await realpath(resolve(cwd, root)).catch(() => '')] : []);
  return found;
};

/**
 * The pictures under a folder, sub-folders included, each folder sorted by name (by code unit). A file is a picture
 * by its extension: nothing is read but the folders themselves.
 */
export const picturesUnder = (folder: string, options: WalkOptions): Promise<readonly Picture[]> =>
  walk(folder, everything, options);

/** Whether a text has a glob's special characters. */
export const isPattern = (text: string): boolean => /[*?[\]{}]/.test(text);

/** Leading segments of a pattern that each stand for one folder or file. */
const singleSegments = (segments: readonly string[]): readonly string[] => {
  const end = segments.findIndex((segment) => {
    const braces = [...segment].filter((character) => character === '{' || character === '}');
    return segment.includes('**') || braces.length % 2 === 1;
  });
  return end < 0 ? segments : segments.slice(0, end);
};

/**
 * The pictures (by extension, as in folders) that a glob matches; `**` crosses folders. Only folders that can hold
 * some are entered.
 */
export const picturesLike = (pattern: string, options: WalkOptions): Promise<readonly Picture[]> => {
  const segments = pattern.split('/');
  const first = segments.findIndex(isPattern);
  const base = segments.slice(0, first).join('/');
  const rest = segments.slice(first);
  const single = singleSegments(rest);
  return walk(
    base === '' ? (first > 0 ? '/' : '.') : base,
    {
      enters: (path) => {
        const names = path.split('/');
        if (names.length > single.length) return rest.length > single.length && everything.enters(path);
        if (names.length === rest.length) return false;
        return matchesGlob(path, single.slice(0, names.length).join('/'));
      },
      takes: (path) => matchesGlob(path, rest.join('/')),
    },
    options,
  );
};
