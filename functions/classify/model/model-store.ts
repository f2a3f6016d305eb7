/** A file in a model store. */
export interface StoredFile {
  readonly key: string;
  readonly bytes: number;
  /** Changes whenever the content does (S3: the ETag). */
  readonly version: string;
}

/** A file's content on its way. */
export interface StoredContent {
  /** Fails where the transport finds the content damaged. */
  readonly stream: AsyncIterable<Uint8Array>;
  /** Lower-case hexadecimal, where the store knows it. */
  readonly sha256?: string;
}

/** One bucket of models. Adapter: `adapters/s3.ts`. */
export interface ModelStore {
  /** All files whose keys begin with the prefix, in the order of their keys; none is no error. */
  list(prefix: string): Promise<readonly StoredFile[]>;
  /** The content of exactly the version that was listed; a file that changed or went away since is an error. */
  read(file: StoredFile): Promise<StoredContent>;
}
