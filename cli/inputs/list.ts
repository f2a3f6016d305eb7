import { isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';
import { InvalidRequestError } from '../../platform/index.ts';
import { isReference, type Picture, pictureAt } from './picture.ts';

/** How a list is read. */
export interface ListPlace {
  /** What relative paths are relative to. */
  readonly folder: string;
  readonly cwd: string;
  /** Names end with NUL instead of a line's end, as `find -print0` writes them; nothing is a comment then. */
  readonly nul: boolean;
}

/**
 * Reads pictures off a list: one path or reference per line. Blank lines and lines that begin with `#` are skipped,
 * spaces around a line are not part of it. Nothing is looked up: a line is a picture, whatever it names.
 */
export const readList = (text: string, { folder, cwd, nul }: ListPlace): readonly Picture[] => {
  const lines = nul
    ? text.split('\0')
    : text
        .replace(/^\u{FEFF}/u, '')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => !line.startsWith('#'));
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      if (isReference(line)) return { reference: line, shown: line };
      return pictureAt(isAbsolute(line) ? line : join(folder, line), cwd);
    });
};

/** @throws InvalidRequestError for what is no list of names, saying what it is. */
export const checkList = async (start: Uint8Array, name: string, { nul }: ListPlace): Promise<void> => {
  if (nul || !start.includes(0)) return;
  const { fileTypeFromBuffer } = await import('file-type');
  const type = await fileTypeFromBuffer(start);
  throw new InvalidRequestError(
    `${name}: expected a list of pictures, one name a line, received ${
      type === undefined
        ? 'NUL bytes (-0 or --null reads names that end with NUL, as "find -print0" writes them)'
        : `content of the type ${type.mime} (save it, and give its name)`
    }`,
  );
};

/**
 * Reads a list from a stream, as it comes: what has arrived is a piece of the batch, and the stream waits while
 * that is worked on.
 *
 * @throws InvalidRequestError for what is no list
 */
export const readListFrom = async function* (
  stream: Readable,
  name: string,
  place: ListPlace,
): AsyncGenerator<readonly Picture[], void> {
  const decoder = new TextDecoder();
  const end = place.nul ? '\0' : '\n';
  let isFirst = true;
  let rest = '';
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
    if (isFirst) await checkList(bytes, name, place);
    isFirst = false;
    const text = rest + decoder.decode(bytes, { stream: true });
    const cut = text.lastIndexOf(end) + 1;
    rest = text.slice(cut);
    const pictures = readList(text.slice(0, cut), place);
    if (pictures.length > 0) yield pictures;
  }
  const last = readList(rest + decoder.decode(), place);
  if (last.length > 0) yield last;
};
