import { lineStarts } from '../policy/line-starts.ts';
import { type ByteSource, manifestFailure, openBytes } from './byte-source.ts';
import type { ItemSource, ManifestSlice } from './item-source.ts';

/** A line is JSON if it looks like it and is (`"…"`, `{…}`, `[…]`), and a plain reference otherwise. */
const readLine = (line: string): unknown => {
  if (!/^["{[]/.test(line)) return line;
  try {
    return JSON.parse(line);
  } catch {
    // as it stands it is no reference either: whoever works on it says so, for this item alone
    return line;
  }
};

const bytesOf = async (source: ByteSource, from: number, to: number): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read(from, to)) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** The line that bytes begin with. What follows it, up to the next line that counts, is blank. */
const firstLine = (bytes: Buffer): string => {
  const end = bytes.indexOf('\n');
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end).trim();
};

const findLines = async (source: ByteSource, from: number, to: number): Promise<Float64Array> => {
  const starts = lineStarts(from);
  for await (const chunk of source.read(from, to)) starts.add(chunk);
  return starts.finish();
};

/**
 * Opens a manifest: a text with one item per line (NDJSON, or a plain reference), blank lines skipped. The root reads
 * it once to find where its lines begin, and keeps only that, 8 bytes a line; a child is given the byte range of its
 * own lines, and reads nothing else.
 *
 * @param slice of a parent, or just the URI for the whole.
 * @param allowFile whether `file://` is allowed.
 * @throws ImageFetchError when it cannot be read or is not what the slice says (it changed meanwhile);
 *   ForbiddenReferenceError and InvalidRequestError for URIs that may not be, or are none.
 */
export const openManifest = async (
  slice: ManifestSlice | { readonly uri: string },
  allowFile: boolean,
): Promise<ItemSource> => {
  const { uri } = slice;
  const source = await openBytes(uri, allowFile);
  const failed = (cause: unknown): never => {
    throw manifestFailure(uri, cause);
  };
  const whole =
    'from' in slice ? slice : { from: 0, to: (await source.stat().catch(failed)).bytes, first: 0 };
  const offsets = await findLines(source, whole.from, whole.to).catch(failed);
  const length = offsets.length - 1;
  if ('items' in slice && slice.items !== length) {
    failed(`${length} lines in bytes ${whole.from} to ${whole.to} instead of ${slice.items}: it has changed`);
  }
  const at = (index: number): number => offsets[index] ?? whole.to;
  return {
    length,
    take: async ({ start, end }) => {
      const from = at(start);
      const expected = at(end) - from;
      const bytes = await bytesOf(source, from, at(end)).catch(failed);
      if (bytes.length !== expected) {
        failed(`${bytes.length} bytes from ${from} on instead of ${expected}: it has changed`);
      }
      // cut where the lines were counted: a second opinion on what is blank would shift every item after it
      return Array.from({ length: end - start }, (_, index) =>
        readLine(firstLine(bytes.subarray(at(start + index) - from, at(start + index + 1) - from))),
      );
    },
    give: ({ start, end }) => ({
      manifest: { uri, from: at(start), to: at(end), items: end - start, first: whole.first + start },
    }),
  };
};
