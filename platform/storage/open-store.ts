import { ConfigurationError } from '../errors.ts';
import { quote } from '../quote.ts';
import type { Expiring } from './expiry.ts';
import type { ObjectStore } from './object-store.ts';
import { readPlace } from './place.ts';
import type { S3Connection } from './s3-store.ts';

/** How to reach S3, and which objects of a folder expire; a bucket has its lifecycle rule for that. */
export interface OpenStoreOptions extends S3Connection {
  readonly expiring?: Expiring;
}

/**
 * Opens the store of a URL: `s3://bucket/prefix` or `file:///folder`. The AWS SDK is loaded only for the former.
 *
 * @throws ConfigurationError for anything else.
 */
export const openStore = async (
  url: string,
  { expiring = {}, ...connection }: OpenStoreOptions = {},
): Promise<ObjectStore> => {
  const place = readPlace(url);
  switch (place?.kind) {
    case 's3': {
      const { createS3Store } = await import('./s3-store.ts');
      return createS3Store({ ...connection, bucket: place.bucket, prefix: place.key });
    }
    case 'folder': {
      const { createDirectoryStore } = await import('./directory-store.ts');
      return createDirectoryStore(place.path, { expiring });
    }
    case undefined:
      throw new ConfigurationError(
        `Expected a store as s3://bucket/prefix or file:///folder, received ${quote(url)}`,
      );
    default:
      return place satisfies never;
  }
};
