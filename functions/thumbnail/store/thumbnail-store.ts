/** A thumbnail on its way to its place. */
export interface StoredThumbnail {
  /** Letters, digits, `.`, `_` and `-`; what is stored under a name never changes. */
  readonly name: string;
  readonly data: Uint8Array;
  readonly mediaType: string;
}

/** The port: where thumbnails go. One is there whole or not at all; putting it again changes nothing. */
export interface ThumbnailStore {
  /** Where it is, for messages: `s3://bucket/prefix/`, `file:///folder/`. */
  readonly location: string;
  /** Puts a thumbnail and answers its URI. */
  put(thumbnail: StoredThumbnail): Promise<string>;
}
