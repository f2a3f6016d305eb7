import { type Stats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, relative, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { InvalidRequestError, messageOf } from '../../platform/index.ts';
import { checkList, readList, readListFrom } from './list.ts';
import { isReference, type Picture, pictureAt, pictureExtensions } from './picture.ts';
import { isPattern, picturesLike, picturesUnder, type WalkNotes, type WalkOptions } from './walk.ts';

/** Where inputs are looked up, and how. */
export interface InputPlace extends Omit<WalkOptions, 'notes'> {
  /** Opened only where it is an input. */
  readonly stdin: Readable;
  /** Whether names in lists end with NUL. */
  readonly nul: boolean;
  /** Whether the folders among the inputs are watched for more pictures, without an end. */
  readonly watch: boolean;
}

/** The pictures that the words of a command line stand for. */
export interface Inputs {
  /** In order; more than one piece only where standard input is read, or folders are watched. */
  readonly pieces: AsyncIterable<readonly Picture[]>;
  /** What people should know of what was passed over, a line each. */
  readonly notes: readonly string[];
  /** Folders that could not be read: what is in them is missing. */
  readonly unreadable: number;
  /** Stops reading standard input and watching: a process that waits for some does not end by itself. */
  close(): void | Promise<void>;
}

const looksLike = `a picture is a file ending in ${pictureExtensions.join(', ')}`;

const readListFile = async (path: string, { cwd, nul }: InputPlace): Promise<readonly Picture[]> => {
  const content = await readFile(resolve(cwd, path)).catch((cause: unknown) => {
    throw new InvalidRequestError(`@${path}: expected a list that can be read: ${messageOf(cause)}`, {
      cause,
    });
  });
  const place = { folder: dirname(path), cwd, nul };
  await checkList(content, `@${path}`, place);
  return readList(content.toString(), place);
};

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

const describeUndecoded = ({ undecoded }: WalkNotes): readonly string[] => {
  if (undecoded.size === 0) return [];
  const kinds = [...undecoded]
    .sort(([, a], [, b]) => b - a)
    .map(([extension, count]) => `${count} .${extension}`);
  return [`passed over, because their formats are not decoded: ${kinds.join(', ')}`];
};

/** What is there under a word's exact name counts first, so `photos[1]` can be a folder. */
const expandWord = async (word: string, place: InputPlace, notes: WalkNotes): Promise<readonly Picture[]> => {
  const { cwd } = place;
  const some = (pictures: readonly Picture[], complaint: string): readonly Picture[] => {
    if (pictures.length > 0) return pictures;
    const others = [...notes.unreadable.map(({ why }) => why), ...describeUndecoded(notes)];
    throw new InvalidRequestError([complaint, ...others].join('; '));
  };
  if (isReference(word)) return [{ reference: word, shown: word }];
  if (word.startsWith('@')) {
    const path = word.slice(1);
    return some(
      await readListFile(path, place),
      `${word}: expected a list of pictures, one per line, received none`,
    );
  }
  const found = look(resolve(cwd, word));
  if (found?.isDirectory()) {
    const complaint = `${word}: expected pictures in this folder, found none (${looksLike})`;
    const pictures = await picturesUnder(word, { ...place, notes });
    return place.watch ? pictures : some(pictures, complaint);
  }
  if (found === undefined && isPattern(word)) {
    const complaint = `${word}: expected a pattern that matches pictures, it matches none (${looksLike})`;
    return some(await picturesLike(word, { ...place, notes }), complaint);
  }
  // there or not: a missing file is an item that fails by itself
  if (found !== undefined || !meansFolder(word)) return [pictureAt(word, cwd)];
  throw new InvalidRequestError(
    `${word}: expected a file, a folder or a pattern, found nothing of this name`,
  );
};

/** Waits for the first piece of a list that comes on a stream. @throws InvalidRequestError where there is none */
const opened = async (pieces: AsyncGenerator<readonly Picture[], void>) => {
  const first = await pieces.next();
  if (first.done) {
    throw new InvalidRequestError(
      '-: expected a list of pictures on standard input, one per line, received none',
    );
  }
  return { first: first.value, rest: pieces };
};

/** @throws InvalidRequestError where no word is a folder, or results would come back as pictures */
const watchWords = async (words: readonly string[], place: InputPlace, listed: readonly Picture[]) => {
  const folders = words.filter((word) => !isReference(word) && look(resolve(place.cwd, word))?.isDirectory());
  if (folders.length === 0) {
    throw new InvalidRequestError(`--watch: expected a folder among the inputs, received ${words.join(' ')}`);
  }
  const { output } = place;
  const isInOutput = (folder: string): boolean =>
    output !== undefined && !relative(output, resolve(place.cwd, folder)).startsWith('..');
  if (folders.some(isInOutput)) {
    throw new InvalidRequestError(
      `--watch: expected folders that results do not go to, received ${folders.filter(isInOutput).join(' ')}`,
    );
  }
  const { watchFolders } = await import('./watch.ts');
  return watchFolders(folders, place, listed);
};

/**
 * The pictures that the words of the command line stand for, in the order given, folders and patterns sorted. All of
 * them are looked up before this returns, but for standard input (`-`), which is read as it comes.
 *
 * @throws InvalidRequestError naming the word, for a folder, pattern or list that is missing, unreadable or without
 *   a picture
 */
export const expandInputs = async (words: readonly string[], place: InputPlace): Promise<Inputs> => {
  const notes: WalkNotes = { unreadable: [], undecoded: new Map() };
  const at = words.indexOf('-');
  const expand = async (some: readonly string[]): Promise<readonly Picture[]> => {
    const expanded: (readonly Picture[])[] = [];
    for (const word of some) expanded.push(await expandWord(word, place, notes));
    return expanded.flat();
  };
  if (at >= 0 && words.indexOf('-', at + 1) >= 0) {
    throw new InvalidRequestError('-: expected standard input once, received it twice');
  }
  const before = await expand(at < 0 ? words : words.slice(0, at));
  const after = await expand(at < 0 ? [] : words.slice(at + 1));
  const watched = place.watch ? await watchWords(words, place, [...before, ...after]) : undefined;
  const list = { folder: '.', cwd: place.cwd, nul: place.nul };
  const stdin = at < 0 ? undefined : await opened(readListFrom(place.stdin, '-', list));
  return {
    pieces: (async function* () {
      const first = [...before, ...(stdin?.first ?? [])];
      if (first.length > 0) yield first;
      if (stdin !== undefined) yield* stdin.rest;
      if (after.length > 0) yield after;
      if (watched !== undefined) yield* watched.pieces;
    })(),
    notes: [
      ...notes.unreadable.map(
        ({ folder, why }) => `${folder}: passed over, because it cannot be read: ${why}`,
      ),
      ...describeUndecoded(notes),
    ],
    unreadable: notes.unreadable.length,
    close: async () => {
      if (stdin !== undefined) place.stdin.destroy();
      await watched?.close();
    },
  };
};
