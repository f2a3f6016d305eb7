import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ByteSource } from './byte-source.ts';

/** An object in S3, read in ranges. The connection comes from the environment, as the AWS SDK reads it. */
export const s3ByteSource = (bucket: string, key: string): ByteSource => {
  const client = new S3Client({ followRegionRedirects: true });
  const object = { Bucket: bucket, Key: key };
  return {
    size: async () => (await client.send(new HeadObjectCommand(object))).ContentLength ?? 0,
    read: async function* (from, to) {
      if (to <= from) return;
      // the last byte of a range is included (RFC 9110, section 14.1.2)
      const Range = `bytes=${from}-${to - 1}`;
      const { Body } = await client.send(new GetObjectCommand({ ...object, Range }));
      if (Body) yield* Body as unknown as AsyncIterable<Uint8Array>;
    },
  };
};
