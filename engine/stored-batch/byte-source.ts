import { basename, dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type DrosteError,
  ForbiddenReferenceError,
  ImageFetchError,
  InvalidRequestError,
  nameUrl,
  quote,
  readS3Url,
} from '../../platform/index.ts';
import { type ObjectInfo, openStore } from '../../platform/storage/index.ts';

/** A file or object that can be read in parts. */
export interface ByteSource {
  /** Its size and ETag. @throws when it is not there. */
  stat(): Promise<ObjectInfo>;
  /** The bytes from `from` up to `to`, in order, in chunks; of the version `ifMatch` alone, where one is given. */
  read(from: number, to: number, ifMatch?: string): AsyncIterable<Uint8Array>;
}

/** The store of a URI, and the key there. */
const readUri = (uri: string, allowFile: boolean): { readonly store: string; readonly key: string } => {
  const { bucket, key } = readS3Url(uri) ?? {};
  if (bucket && key) return { store: `s3://${bucket}`, key };
  if (!uri.startsWith('file://')) {
    throw new InvalidRequestError(`manifest: expected s3://bucket/key, received ${quote(uri)}`);
  }
  if (!allowFile)
    throw new ForbiddenReferenceError(`manifest: ${nameUrl(uri)}: files are read under the local host only`);
  const path = fileURLToPath(uri);
  return { store: pathToFileURL(dirname(path)).href, key: basename(path) };
};

/**
 * Opens what a manifest's URI names; nothing is read yet. The AWS SDK is loaded only for `s3://`.
 *
 * @throws ForbiddenReferenceError for `file://` where files are not allowed, InvalidRequestError for other URIs.
 */
export const openBytes = async (uri: string, allowFile: boolean): Promise<ByteSource> => {
  const { store: url, key } = readUri(uri, allowFile);
  const store = await openStore(url);
  const there = <T>(found: T | undefined): T => {
    if (found === undefined) throw new Error('there is none');
    return found;
  };
  return {
    stat: async () => there(await store.stat(key)),
    read: async function* (from, to, ifMatch) {
      yield* there(await store.open(key, { range: { from, to }, ifMatch })).body;
    },
  };
};

/** The same failure, naming the manifest. */
export const manifestFailure = (uri: string, cause: unknown): DrosteError =>
  cause instanceof InvalidRequestError
    ? new InvalidRequestError(`${nameUrl(uri)}: ${cause.message}`, { cause })
    : new ImageFetchError(`${nameUrl(uri)}: expected a manifest that can be read, received: ${cause}`, {
        cause,
      });
