import type { Range } from '../policy/range.ts';

/** Consecutive lines of a manifest, by bytes, so that whoever has them needs to read nothing else. */
export interface ManifestSlice {
  /** Byte offsets: from the first byte of the first line, up to the end of the last. */
  readonly from: number;
  readonly to: number;
  /** How many lines. */
  readonly items: number;
  /** Index of the first line in the whole manifest. */
  readonly first: number;
}

/** Lines of one version of a manifest. */
export interface ManifestSlices {
  /** `s3://bucket/key`, or under the local host `file:///path`. */
  readonly uri: string;
  /** Of the only version that may be read. */
  readonly etag: string;
  readonly slices: readonly ManifestSlice[];
}

/** How a child is told of its items: by themselves, or by where they are. */
export type GivenItems = { readonly items: readonly unknown[] } | { readonly manifest: ManifestSlices };

/** The items of one invocation, wherever they are, numbered from 0 without holes. */
export interface ItemSource {
  readonly length: number;
  /** The items of a range, as the caller wrote them. @throws ImageFetchError when they cannot be read. */
  take(range: Range): Promise<readonly unknown[]>;
  /** A range as a child is told of it. */
  give(range: Range): GivenItems;
  /** Where a range is in the whole batch: sorted and disjoint. */
  origins(range: Range): readonly Range[];
  /** Only the items of these ranges, sorted and disjoint, numbered anew. */
  select(ranges: readonly Range[]): ItemSource;
}

/** Items that are here. A selection of them knows nothing of the whole: who selects keeps that. */
export const inlineItems = (items: readonly unknown[]): ItemSource => ({
  length: items.length,
  take: async ({ start, end }) => items.slice(start, end),
  give: ({ start, end }) => ({ items: items.slice(start, end) }),
  origins: (range) => [range],
  select: (ranges) => inlineItems(ranges.flatMap(({ start, end }) => items.slice(start, end))),
});
