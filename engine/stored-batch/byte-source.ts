import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ForbiddenReferenceError, ImageFetchError, InvalidRequestError } from '../../platform/errors.ts';

/** A file or object that can be read in parts. */
export interface ByteSource {
  size(): Promise<number>;
  /** The bytes from `from` up to `to`, in order, in chunks. */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

const fileSource = (uri: string): ByteSource => {
  const path = fileURLToPath(uri);
  return {
    size: async () => (await stat(path)).size,
    // Node's `end` is the last byte, included
    read: (from, to) => (to > from ? createReadStream(path, { start: from, end: to - 1 }) : noBytes()),
  };
};

async function* noBytes(): AsyncIterable<Uint8Array> {}

/**
 * Opens what a manifest's URI names; nothing is read yet. The AWS SDK is loaded only for `s3://`.
 *
 * @throws ForbiddenReferenceError for `file://` where files are not allowed, InvalidRequestError for other URIs.
 */
export const openBytes = async (uri: string, allowFile: boolean): Promise<ByteSource> => {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? [];
  if (bucket && key) {
    const { s3ByteSource } = await import('./s3-bytes.ts');
    return s3ByteSource(bucket, key);
  }
  if (!uri.startsWith('file://')) {
    throw new InvalidRequestError(
      `manifest: expected s3://bucket/key, received ${JSON.stringify(uri.slice(0, 80))}`,
    );
  }
  if (allowFile) return fileSource(uri);
  throw new ForbiddenReferenceError(`manifest: ${uri}: files are read under the local host only`);
};

/** The same failure, naming the manifest. */
export const manifestFailure = (uri: string, cause: unknown): ImageFetchError =>
  new ImageFetchError(`${uri}: expected a manifest that can be read, received: ${cause}`, { cause });
