import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../errors.ts';
import type { ObjectStore } from './object-store.ts';
import type { S3StoreOptions } from './s3-store.ts';

/** How S3 is reached; what is absent comes from the environment, as the AWS SDK reads it. */
export type S3Connection = Omit<S3StoreOptions, 'bucket' | 'prefix'>;

/**
 * Opens the store of a URL: `s3://bucket/prefix` or `file:///folder`. The AWS SDK is loaded only for the former.
 *
 * @throws ConfigurationError for anything else.
 */
export const openStore = async (url: string, connection: S3Connection = {}): Promise<ObjectStore> => {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket) {
    const { createS3Store } = await import('./s3-store.ts');
    return createS3Store({ ...connection, bucket, prefix });
  }
  if (url.startsWith('file://')) {
    const { createDirectoryStore } = await import('./directory-store.ts');
    return createDirectoryStore(fileURLToPath(url));
  }
  throw new ConfigurationError(
    `Expected a store as s3://bucket/prefix or file:///folder, received ${JSON.stringify(url)}`,
  );
};
