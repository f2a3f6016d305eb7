import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import pMap from 'p-map';
import sharp from 'sharp';
import { region } from './endpoint.ts';

/** Colours that `basic-colours` calls by these names. */
export const colours = ['red', 'green', 'blue'] as const;

/** A PNG of one colour, a square. */
export const plain = (colour: string, side = 8): Promise<Uint8Array> =>
  sharp({ create: { width: side, height: side, channels: 3, background: colour } })
    .png()
    .toBuffer();

/** What no decoder takes for a picture. */
export const poison = Buffer.from('no picture');

/** Makes a bucket in the region of the tests; S3 wants every region named but its first (API reference, CreateBucket). */
export const createBucket = (s3: S3Client, Bucket: string) => {
  const elsewhere = { LocationConstraint: region as BucketLocationConstraint };
  return s3.send(
    new CreateBucketCommand({
      Bucket,
      ...(region !== 'us-east-1' && { CreateBucketConfiguration: elsewhere }),
    }),
  );
};

/** Puts objects into a bucket. */
export const fill = async (
  s3: S3Client,
  Bucket: string,
  objects: Iterable<readonly [key: string, content: Uint8Array]>,
): Promise<void> => {
  const put = ([Key, Body]: readonly [string, Uint8Array]) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  await pMap(objects, put, { concurrency: 16 });
};

/** Removes a bucket with all that is in it; one that is gone already is left so. */
export const removeBucket = async (s3: S3Client, Bucket: string): Promise<void> => {
  const listed = () =>
    s3.send(new ListObjectVersionsCommand({ Bucket })).catch((error: Error) => {
      if (error.name === 'NoSuchBucket') return undefined;
      throw error;
    });
  for (let page = await listed(); page; page = await listed()) {
    const { Versions = [], DeleteMarkers = [] } = page;
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) {
      await s3.send(new DeleteBucketCommand({ Bucket }));
      return;
    }
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  }
};
