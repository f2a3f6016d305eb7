import { dirname, join, resolve, sep } from 'node:path';
import type { Architecture } from './architecture.ts';

/** Whether this is an installed package, whose own folder is npm's to write. */
const isInstalled = (root: string): boolean => root.split(sep).includes('node_modules');

/** All `node_modules` in which a package may be that code in this folder imports, the nearest first. */
export const moduleFolders = (folder: string): readonly string[] => {
  const here = resolve(folder);
  const own = join(here, 'node_modules');
  return dirname(here) === here ? [own] : [own, ...moduleFolders(dirname(here))];
};

const MODULES = `${sep}node_modules${sep}`;

/** The folder of the package that a file is of, `…/node_modules/@img/colour`; undefined for one of no package. */
export const packageFolder = (file: string): string | undefined => {
  const path = resolve(file);
  const start = path.lastIndexOf(MODULES) + MODULES.length;
  if (start < MODULES.length) return undefined;
  const name = path.slice(start).split(sep, path[start] === '@' ? 2 : 1);
  return path.slice(0, start) + name.join(sep);
};

/** `@img/colour`, of the package's folder. */
export const packageName = (folder: string): string =>
  folder.slice(folder.lastIndexOf(MODULES) + MODULES.length).replaceAll(sep, '/');

/** Where what can be made anew is kept: `node_modules/.cache/droste`, in the project or beside the package. */
export const cacheFolder = (root: string): string => {
  const modules = isInstalled(root) ? dirname(resolve(root)) : join(root, 'node_modules');
  return join(modules, '.cache', 'droste');
};

/** Where bundles are written. */
export const bundlesFolder = (root: string, architecture: Architecture): string =>
  isInstalled(root) ? join(cacheFolder(root), 'bundles', architecture) : join(root, 'dist');

/** The lock file: npm packs none by its own name, so that the package has it by another. */
export const lockFile = (root: string): string =>
  join(root, isInstalled(root) ? 'natives-lock.json' : 'package-lock.json');
