/** A file on its way up. */
export interface Upload {
  readonly key: string;
  /** Of the file here. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal: the store refuses other content. */
  readonly sha256: string;
  readonly signal: AbortSignal;
  /** Told how many bytes have been sent. */
  readonly onProgress: (bytes: number) => void;
}

/** A bucket to put files in. Adapter: `adapters/s3-upload.ts`. */
export interface Uploader {
  put(upload: Upload): Promise<void>;
  /** Whether a failure may pass. */
  isPassing(failure: unknown): boolean;
  close(): void;
}
