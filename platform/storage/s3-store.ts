import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from './object-store.ts';

/** Where in S3, and how to reach it; what is absent comes from the environment, as the AWS SDK reads it. */
export interface S3StoreOptions
  extends Pick<S3ClientConfig, 'region' | 'endpoint' | 'credentials' | 'profile' | 'forcePathStyle'> {
  readonly bucket: string;
  /** With or without a slash at its end; empty for the whole bucket. */
  readonly prefix: string;
}

/** Only 404 says "missing"; S3 answers 403 instead to callers who may not list the prefix, and that must be heard of. */
const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;

/** A store under a prefix of a bucket; expiry is the bucket's lifecycle rule for that prefix. */
export const createS3Store = ({ bucket, prefix, ...connection }: S3StoreOptions): ObjectStore => {
  const client = new S3Client(connection);
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const at = (key: string) => ({ Bucket: bucket, Key: `${folder}${key}` });
  return {
    location: `s3://${bucket}/${folder}`,
    put: async (key, content) => {
      await client.send(new PutObjectCommand({ ...at(key), Body: content }));
    },
    get: async (key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand(at(key)));
        return await Body?.transformToByteArray();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    has: async (key) => {
      try {
        await client.send(new HeadObjectCommand(at(key)));
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
    list: async (under) => {
      const keys: string[] = [];
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${folder}${under}` });
      for await (const { Contents = [] } of pages) {
        for (const { Key } of Contents) if (Key) keys.push(Key.slice(folder.length));
      }
      return keys;
    },
  };
};
