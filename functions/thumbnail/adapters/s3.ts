import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { ThumbnailStore } from '../store/thumbnail-store.ts';

/** Where in S3, and how to reach it; what is absent comes from the environment, as the AWS SDK reads it. */
export interface S3ThumbnailsOptions
  extends Pick<S3ClientConfig, 'region' | 'endpoint' | 'credentials' | 'forcePathStyle'> {
  readonly bucket: string;
  /** With or without a slash at its end; empty for the whole bucket. */
  readonly prefix: string;
}

/** What is under a name never changes, so whoever has it need not ask again (RFC 8246; a year is the custom). */
export const CACHE_CONTROL = 'public, max-age=31536000, immutable';

/** A store under a prefix of a bucket. S3 shows an object when all of it has come. */
export const createS3Thumbnails = ({
  bucket,
  prefix,
  ...connection
}: S3ThumbnailsOptions): ThumbnailStore => {
  const client = new S3Client(connection);
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const location = `s3://${bucket}/${folder}`;
  return {
    location,
    put: async ({ name, data, mediaType }) => {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: `${folder}${name}`,
          Body: data,
          ContentType: mediaType,
          CacheControl: CACHE_CONTROL,
        }),
      );
      return `${location}${name}`;
    },
  };
};
