import pMap from 'p-map';
import { isTooDeep, parseJson } from '../../platform/index.ts';
import { readAll } from '../../platform/storage/index.ts';
import { lineStarts } from '../policy/line-starts.ts';
import type { Range } from '../policy/range.ts';
import { type ByteSource, manifestFailure, openBytes } from './byte-source.ts';
import type { ItemSource, ManifestSlice, ManifestSlices } from './item-source.ts';

/** A manifest, all of it or a part, held to one version. */
export interface Manifest extends ItemSource {
  readonly etag: string;
}

/** Slices read at once; a resumed batch may have one for every hole that was left. */
const SLICES_AT_ONCE = 16;

/** A line is JSON if it looks like it and is (`"…"`, `{…}`, `[…]`), and a plain reference otherwise. */
export const readLine = (line: string): unknown => {
  if (!/^["{[]/.test(line)) return line;
  const item = parseJson(line);
  // as it stands it is no reference either: whoever works on it says so, for this item alone
  return item === undefined || isTooDeep(item) ? line : item;
};

/** The line that bytes begin with. What follows it, up to the next line that counts, is blank. */
const firstLine = (bytes: Buffer): string => {
  const end = bytes.indexOf('\n');
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end).trim();
};

/** Consecutive lines: `offsets[at]` is where the first begins, `offsets[at + items]` where the last ends. */
interface Stretch {
  readonly offsets: Float64Array;
  readonly at: number;
  readonly items: number;
  /** Index of the first line in the whole manifest. */
  readonly first: number;
}

interface Opened {
  readonly uri: string;
  readonly etag: string;
  readonly source: ByteSource;
}

const sliceOf = ({ offsets, at, items, first }: Stretch): ManifestSlice => ({
  from: offsets[at] ?? 0,
  to: offsets[at + items] ?? 0,
  items,
  first,
});

/** The part of stretches, one after another, that is a range of their lines. */
const cut = (stretches: readonly Stretch[], starts: readonly number[], { start, end }: Range): Stretch[] => {
  const parts: Stretch[] = [];
  let low = 0;
  for (let high = stretches.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) + (stretches[middle]?.items ?? 0) > start) high = middle;
    else low = middle + 1;
  }
  for (let index = low; index < stretches.length && (starts[index] ?? 0) < end; index++) {
    const stretch = stretches[index];
    if (!stretch) break;
    const begins = starts[index] ?? 0;
    const skip = Math.max(0, start - begins);
    const items = Math.min(stretch.items, end - begins) - skip;
    parts.push({ ...stretch, at: stretch.at + skip, items, first: stretch.first + skip });
  }
  return parts;
};

const takeFrom = async ({ source, etag, uri }: Opened, stretch: Stretch): Promise<readonly unknown[]> => {
  const { from, to, items } = sliceOf(stretch);
  const bytes = await readAll(source.read(from, to, etag)).catch((cause) => {
    throw manifestFailure(uri, cause);
  });
  // cut where the lines were counted: a second opinion on what is blank would shift every item after it
  return Array.from({ length: items }, (_, index) => {
    const { from: lineFrom, to: lineTo } = sliceOf({ ...stretch, at: stretch.at + index, items: 1 });
    return readLine(firstLine(bytes.subarray(lineFrom - from, lineTo - from)));
  });
};

const itemsOf = (opened: Opened, stretches: readonly Stretch[]): Manifest => {
  let length = 0;
  const starts = stretches.map(({ items }) => {
    length += items;
    return length - items;
  });
  const within = (range: Range) => cut(stretches, starts, range);
  const { uri, etag } = opened;
  return {
    length,
    etag,
    take: async (range) =>
      (
        await pMap(within(range), (stretch) => takeFrom(opened, stretch), { concurrency: SLICES_AT_ONCE })
      ).flat(),
    give: (range) => ({ manifest: { uri, etag, slices: within(range).map(sliceOf) } }),
    origins: (range) => within(range).map(({ first, items }) => ({ start: first, end: first + items })),
    select: (ranges) => itemsOf(opened, ranges.flatMap(within)),
  };
};

const findLines = async ({ source, etag }: Opened, { from, to }: Pick<ManifestSlice, 'from' | 'to'>) => {
  const starts = lineStarts(from);
  for await (const chunk of source.read(from, to, etag)) starts.add(chunk);
  return starts.finish();
};

/**
 * Opens a manifest: a text with one item per line (NDJSON, or a plain reference), blank lines skipped. The root reads
 * it once to find where its lines begin, and keeps only that, 8 bytes a line; a child is given the byte ranges of its
 * own lines, and reads nothing else. All of a tree read one version of it (`If-Match`).
 *
 * @param given the lines a parent gave, or just the URI for the whole.
 * @param allowFile whether `file://` is allowed.
 * @throws ImageFetchError when it cannot be read or has changed since it was opened; ForbiddenReferenceError and
 *   InvalidRequestError for URIs that may not be, or are none.
 */
export const openManifest = async (
  given: ManifestSlices | { readonly uri: string },
  allowFile: boolean,
): Promise<Manifest> => {
  const { uri } = given;
  const failed = (cause: unknown): never => {
    throw manifestFailure(uri, cause);
  };
  const source = await openBytes(uri, allowFile);
  if ('slices' in given) {
    const opened = { uri, etag: given.etag, source };
    const read = async ({ from, to, items, first }: ManifestSlice): Promise<Stretch> => {
      const offsets = await findLines(opened, { from, to }).catch(failed);
      if (offsets.length - 1 !== items) {
        failed(`${offsets.length - 1} lines in bytes ${from} to ${to} instead of ${items}`);
      }
      return { offsets, at: 0, items, first };
    };
    return itemsOf(opened, await pMap(given.slices, read, { concurrency: SLICES_AT_ONCE }));
  }
  const { bytes, etag } = await source.stat().catch(failed);
  const opened = { uri, etag, source };
  const offsets = await findLines(opened, { from: 0, to: bytes }).catch(failed);
  return itemsOf(opened, [{ offsets, at: 0, items: offsets.length - 1, first: 0 }]);
};
