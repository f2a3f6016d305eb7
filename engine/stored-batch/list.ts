import { createHash } from 'node:crypto';
import { DrosteError, InvalidRequestError } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { manifestFailure } from './byte-source.ts';
import { csvColumn, csvRecords } from './csv.ts';
import { inventoryReferences } from './inventory.ts';
import { describeSource, isPacked, type ListSource } from './list-source.ts';
import { listBelow } from './listing.ts';
import { type Manifest, openManifest, readLine } from './manifest.ts';
import { listKey } from './part-key.ts';
import { boundedLines, openText, textLines } from './text-source.ts';

/** The list of a stored batch, as its invocations read it, and the ETag of what it was made of. */
interface OpenedList {
  readonly items: Manifest;
  readonly etag: string;
}

/** The store of a batch, and its name. */
interface ListPlace {
  readonly store: ObjectStore;
  readonly batch: string;
}

/** Of a list that is made: ten million references of 50 bytes; more would not fit into a function's memory beside its work. */
const LIST_MAX_BYTES = 512 * 1024 * 1024;

/** Lines are gathered in chunks of this many characters: ten million small buffers would take more memory than the list. */
const CHUNK_CHARS = 64 * 1024;

/** What is under a prefix has no ETag; the list that was made of it first is what the batch is. */
const LISTED = 'as listed first';

/** One JSON text a line, whatever an item holds. */
async function* jsonLines(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const item of items) {
    text += `${JSON.stringify(item)}\n`;
    if (text.length < CHUNK_CHARS) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

const collected = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  let size = 0;
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > LIST_MAX_BYTES) throw new Error(`more than ${LIST_MAX_BYTES} bytes of references`);
    all.push(chunk);
  }
  return Buffer.concat(all);
};

const madeKey = (source: ListSource, etag: string, batch: string): string => {
  const description = JSON.stringify([describeSource(source), etag]);
  return listKey(batch, createHash('sha256').update(description).digest('hex').slice(0, 16));
};

/**
 * Makes the list of a batch once, in its store: whoever continues it reads the same. Its key says what it was made of,
 * so that a name which is asked for with another list finds none but its own.
 */
const made = async (
  source: ListSource,
  etag: string,
  { store, batch }: ListPlace,
  chunks: () => AsyncIterable<Uint8Array>,
): Promise<OpenedList> => {
  const key = madeKey(source, etag, batch);
  if (!(await store.stat(key))) {
    const content = await collected(chunks()).catch((cause) => {
      throw cause instanceof DrosteError ? cause : manifestFailure(source.uri, cause);
    });
    await store.create(key, content);
  }
  return { items: await openManifest({ uri: `${store.location}${key}` }, true), etag };
};

/** The value of a key; where a line has none, the line, which is no item: whoever works on it says so, for it alone. */
async function* jsonColumn(lines: AsyncIterable<string>, column: string): AsyncGenerator<unknown> {
  for await (const line of lines) {
    const row = readLine(line);
    yield typeof row === 'object' && row !== null && Object.hasOwn(row, column)
      ? (row as Readonly<Record<string, unknown>>)[column]
      : row;
  }
}

async function* referencesBelow(source: Extract<ListSource, { format: 'prefix' }>, allowFile: boolean) {
  for await (const page of listBelow(source.uri, source, { allowFile })) {
    for (const { reference } of page) yield reference;
  }
}

/**
 * The list of a batch as it was opened there, for another batch to work on the same items: the one that was made of it,
 * or that very version of a text that is read in place.
 */
export const asOpened = (source: ListSource, etag: string, { store, batch }: ListPlace): ListSource =>
  source.format === 'text' && !isPacked(source.uri)
    ? { ...source, etag }
    : { format: 'text', uri: `${store.location}${madeKey(source, etag, batch)}` };

/**
 * Opens the list of a stored batch. A text of one item a line is read in place; what cannot be read in slices (packed,
 * a column of something, an inventory, a prefix) is made into such a text in the store first.
 *
 * @throws InvalidRequestError for what is not of the format, naming what was expected, and for another version of the
 *   list than the one that is asked for; and as `openManifest`.
 */
export const openList = async (
  source: ListSource,
  place: ListPlace,
  allowFile: boolean,
): Promise<OpenedList> => {
  const { uri } = source;
  if (source.format === 'prefix') {
    return made(source, LISTED, place, () => jsonLines(referencesBelow(source, allowFile)));
  }
  if (source.format === 'text' && !isPacked(uri)) {
    const items = await openManifest({ uri }, allowFile);
    if (source.etag !== undefined && source.etag !== items.etag) {
      throw new InvalidRequestError(
        `manifest.etag: expected ${source.etag} of ${uri}, found ${items.etag}: the list has changed`,
      );
    }
    return { items, etag: items.etag };
  }
  const text = await openText(uri, allowFile);
  const listed = (): AsyncIterable<Uint8Array> => {
    switch (source.format) {
      case 'text':
        return boundedLines(text.chunks());
      case 'csv':
        return jsonLines(csvColumn(csvRecords(text.chunks()), source.column));
      case 'jsonl':
        return jsonLines(jsonColumn(textLines(boundedLines(text.chunks())), source.column));
      case 'inventory':
        return jsonLines(inventoryReferences(uri, text, source, allowFile));
      default:
        return source satisfies never;
    }
  };
  return made(source, text.etag, place, listed);
};
