import { relative } from 'node:path';

/** A word as one would type it in a POSIX shell: quoted where it has to be. */
export const shellWord = (word: string | number): string => {
  const text = String(word);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
};

/** The folder as one would type it from here: relative, where it is below. */
export const typedFolder = (folder: string, cwd: string): string => {
  const path = relative(cwd, folder);
  return path !== '' && !path.startsWith('..') ? path : folder;
};
