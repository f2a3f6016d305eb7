import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../../../platform/errors.ts';
import type { S3ThumbnailsOptions } from '../adapters/s3.ts';
import type { ThumbnailStore } from './thumbnail-store.ts';

/** Where thumbnails go, as a URL says it. */
export type OutputPlace =
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'folder'; readonly path: string };

const folderOf = (url: string): string | undefined => {
  if (!url.startsWith('file:///')) return undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
};

/** Reads `s3://bucket/prefix` or `file:///folder`; undefined for anything else. */
export const readOutput = (url: string): OutputPlace | undefined => {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket) return { kind: 's3', bucket, prefix };
  const path = folderOf(url);
  return path === undefined ? undefined : { kind: 'folder', path };
};

/**
 * Opens the store of a URL. The AWS SDK is loaded for S3 only.
 *
 * @throws ConfigurationError for anything but `s3://bucket/prefix` and `file:///folder`.
 */
export const openThumbnailStore = async (
  url: string,
  connection: Omit<S3ThumbnailsOptions, 'bucket' | 'prefix'> = {},
): Promise<ThumbnailStore> => {
  const place = readOutput(url);
  switch (place?.kind) {
    case 's3': {
      const { createS3Thumbnails } = await import('../adapters/s3.ts');
      return createS3Thumbnails({ ...connection, bucket: place.bucket, prefix: place.prefix });
    }
    case 'folder': {
      const { createDirectoryThumbnails } = await import('./directory-store.ts');
      return createDirectoryThumbnails(place.path);
    }
    case undefined:
      throw new ConfigurationError(
        `Expected an output as s3://bucket/prefix or file:///folder, received ${JSON.stringify(url)}`,
      );
    default:
      return place satisfies never;
  }
};
