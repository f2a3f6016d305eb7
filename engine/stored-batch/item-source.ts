import type { Range } from '../policy/range.ts';

/** A contiguous part of a manifest, by bytes, so that whoever has it needs to read nothing else. */
export interface ManifestSlice {
  /** `s3://bucket/key`, or under the local host `file:///path`. */
  readonly uri: string;
  /** Byte offsets: from the first byte of its first line, up to the end of its last. */
  readonly from: number;
  readonly to: number;
  /** How many lines. */
  readonly items: number;
  /** Index of its first line in the whole manifest. */
  readonly first: number;
}

/** How a child is told of its items: by themselves, or by where they are. */
export type GivenItems = { readonly items: readonly unknown[] } | { readonly manifest: ManifestSlice };

/** The items of one invocation, wherever they are. */
export interface ItemSource {
  readonly length: number;
  /** The items of a range, as the caller wrote them. @throws ImageFetchError when they cannot be read. */
  take(range: Range): Promise<readonly unknown[]>;
  /** A range as a child is told of it. */
  give(range: Range): GivenItems;
}

/** Items that are here. */
export const inlineItems = (items: readonly unknown[]): ItemSource => ({
  length: items.length,
  take: async ({ start, end }) => items.slice(start, end),
  give: ({ start, end }) => ({ items: items.slice(start, end) }),
});
