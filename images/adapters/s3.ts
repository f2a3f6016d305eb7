import { addAbortSignal, Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { GetObject } from '../sources/s3.ts';
import type { S3Settings } from '../sources/source.ts';

/**
 * S3 by the AWS SDK. The SDK's own few retries stay on, unlike those of Lambda calls: reading an object is
 * idempotent, S3 answers 503 SlowDown to a burst as a matter of course, and the fetch's time limit bounds them.
 */
export const createGetObject = (
  { endpoint, region, forcePathStyle }: S3Settings,
  { connections }: { readonly connections: number },
): { readonly getObject: GetObject; readonly close: () => void } => {
  const client = new S3Client({
    followRegionRedirects: true,
    requestHandler: { httpsAgent: { maxSockets: connections }, httpAgent: { maxSockets: connections } },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(forcePathStyle === undefined ? {} : { forcePathStyle }),
  });
  const getObject: GetObject = async (bucket, key, signal) => {
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
      abortSignal: signal,
    });
    if (!(Body instanceof Readable)) throw new TypeError('Expected a Node stream as the body of GetObject');
    // The SDK listens to the signal only until the headers are there.
    addAbortSignal(signal, Body);
    return { body: Body, ...(ContentLength === undefined ? {} : { contentLength: ContentLength }) };
  };
  return { getObject, close: () => client.destroy() };
};
