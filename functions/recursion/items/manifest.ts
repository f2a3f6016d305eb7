import { lineStarts } from '../core/line-starts.ts';
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

const textOf = async (source: ByteSource, from: number, to: number): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read(from, to)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
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
  const failed = (cause: unknown) => {
    throw manifestFailure(uri, cause);
  };
  const whole = 'from' in slice ? slice : { from: 0, to: await source.size().catch(failed), first: 0 };
  const offsets = await findLines(source, whole.from, whole.to).catch(failed);
  const length = offsets.length - 1;
  if ('items' in slice && slice.items !== length) {
    failed(`${length} lines in bytes ${whole.from} to ${whole.to} instead of ${slice.items}: it has changed`);
  }
  const at = (index: number): number => offsets[index] ?? whole.to;
  return {
    length,
    take: async ({ start, end }) => {
      const text = await textOf(source, at(start), at(end)).catch(failed);
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      return lines.map((line) => readLine(line.trim()));
    },
    give: ({ start, end }) => ({
      manifest: { uri, from: at(start), to: at(end), items: end - start, first: whole.first + start },
    }),
  };
};
