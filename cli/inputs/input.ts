import { type Stats, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { isPattern } from './pattern.ts';
import { isReference } from './picture.ts';

/** What a word of the command line stands for. */
export type Input =
  | { readonly kind: 'reference'; readonly text: string }
  | { readonly kind: 'standard input' }
  | { readonly kind: 'list'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'pattern'; readonly pattern: string }
  /** There or not: a missing file is an item that fails by itself. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'nothing'; readonly path: string };

const look = (path: string): Stats | undefined => {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // not ours to report: the function says why it cannot read the file
    return undefined;
  }
};

/** Without an extension, or with a slash at its end, a missing path was more likely meant to be a folder. */
const meansFolder = (path: string): boolean => path.endsWith('/') || extname(path) === '';

/** Tells what a word stands for. What is there under its exact name counts first, so `photos[1]` can be a folder. */
export const readInput = (word: string, cwd: string): Input => {
  if (word === '-') return { kind: 'standard input' };
  if (isReference(word)) return { kind: 'reference', text: word };
  if (word.startsWith('@')) return { kind: 'list', path: word.slice(1) };
  const found = look(resolve(cwd, word));
  if (found) return { kind: found.isDirectory() ? 'folder' : 'file', path: word };
  if (isPattern(word)) return { kind: 'pattern', pattern: word };
  return { kind: meansFolder(word) ? 'nothing' : 'file', path: word };
};
