import type { Range } from '../policy/range.ts';

/** A part of a stored batch's results, as its key says: which items, how many of them failed, what content. */
export interface Part extends Range {
  readonly failed: number;
  /** The first 16 hexadecimal digits of the content's sha256. */
  readonly digest: string;
}

/** Results of consecutive items that are in no part yet, one line of JSON each. */
export interface Lines {
  /** Index of the first item in the whole batch. */
  readonly start: number;
  readonly lines: readonly string[];
  /** Which of them (from 0) are of items that failed. */
  readonly failed: readonly number[];
}

/** What became of the results of an invocation and all below it: in parts, or on their way to whoever writes them. */
export interface StoredResults {
  readonly parts: readonly Part[];
  readonly lines: readonly Lines[];
}

/** Letters, digits, `.`, `_` and `-`: it becomes part of keys and file names. */
export const BATCH_NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

/** Twelve digits: sorted by name is sorted by index up to 10^12 items. */
const INDEX_DIGITS = 12;

const padded = (index: number): string => String(index).padStart(INDEX_DIGITS, '0');

/** The folder of a batch's parts. */
export const partsPrefix = (batch: string): string => `batches/${batch}/parts/`;

/**
 * Where the items of a batch are listed, if they could not be read in slices where they were.
 *
 * @param digest 16 hexadecimal digits, of what they were listed from
 */
export const listKey = (batch: string, digest: string): string => `batches/${batch}/items-${digest}.ndjson`;

/**
 * Where the index of a batch is. That of one which is not whole has a place of its own: of two roots of one batch, the
 * one that is late never takes away the whole index of the other.
 */
export const indexKey = (batch: string, whole: boolean): string =>
  `batches/${batch}/${whole ? 'index' : 'index.partial'}.json`;

/** The key of a part. */
export const partKey = (batch: string, { start, end, failed, digest }: Part): string =>
  `${partsPrefix(batch)}${padded(start)}-${padded(end)}-${failed}-${digest}.ndjson`;

/** What a key says; undefined for other keys. */
export const readPartKey = (key: string): Part | undefined => {
  const [, start, end, failed, digest = ''] =
    /^(\d{12})-(\d{12})-(\d+)-([0-9a-f]{16})\.ndjson$/.exec(key.slice(key.lastIndexOf('/') + 1)) ?? [];
  return start === undefined
    ? undefined
    : { start: Number(start), end: Number(end), failed: Number(failed), digest };
};
