import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { InvalidRequestError } from '../../platform/errors.ts';
import { picturesUnder } from './folder.ts';
import { type Input, readInput } from './input.ts';
import { readList } from './list.ts';
import { picturesLike } from './pattern.ts';
import { type Picture, pictureAt, pictureExtensions } from './picture.ts';

/** Where inputs are looked up. */
export interface InputPlace {
  readonly cwd: string;
  readonly stdin: Readable;
}

const looksLike = `a picture is a file ending in ${pictureExtensions.join(', ')}`;

const some = (pictures: readonly Picture[], complaint: string): readonly Picture[] => {
  if (pictures.length > 0) return pictures;
  throw new InvalidRequestError(complaint);
};

const readListFile = async (path: string, cwd: string): Promise<string> => {
  try {
    return await readFile(resolve(cwd, path), 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidRequestError(`@${path}: expected a list that can be read: ${why}`, { cause });
  }
};

const expand = async (input: Input, { cwd, stdin }: InputPlace): Promise<readonly Picture[]> => {
  switch (input.kind) {
    case 'reference':
      return [{ reference: input.text, shown: input.text }];
    case 'file':
      return [pictureAt(input.path, cwd)];
    case 'folder':
      return some(
        await picturesUnder(input.path, cwd),
        `${input.path}: expected pictures in this folder, found none (${looksLike})`,
      );
    case 'pattern':
      return some(
        await picturesLike(input.pattern, cwd),
        `${input.pattern}: expected a pattern that matches pictures, it matches none (${looksLike})`,
      );
    case 'list':
      return some(
        readList(await readListFile(input.path, cwd), dirname(input.path), cwd),
        `@${input.path}: expected a list of pictures, one per line, received none`,
      );
    case 'standard input':
      return some(
        readList(await text(stdin), '.', cwd),
        '-: expected a list of pictures on standard input, one per line, received none',
      );
    case 'nothing':
      throw new InvalidRequestError(
        `${input.path}: expected a file, a folder or a pattern, found nothing of this name`,
      );
    default:
      return input satisfies never;
  }
};

/**
 * The pictures that the words of the command line stand for, in the order given, folders and patterns sorted.
 *
 * @throws InvalidRequestError naming the word, for a folder, pattern or list that is missing, unreadable or without
 *   a picture
 */
export const expandInputs = async (
  words: readonly string[],
  place: InputPlace,
): Promise<readonly Picture[]> => {
  const expanded: (readonly Picture[])[] = [];
  for (const word of words) expanded.push(await expand(readInput(word, place.cwd), place));
  return expanded.flat();
};
