import { createReadStream } from 'node:fs';
import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Uploader } from '../uploader.ts';

/** Failures that another try will not meet; the SDK itself does not repeat a stream. */
const isPassing = (failure: unknown): boolean => {
  const { $metadata, $retryable, $fault } = failure as {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $retryable?: unknown;
    readonly $fault?: string;
  };
  const status = $metadata?.httpStatusCode;
  // a failure of the connection has no status, and one of the credentials no request
  return (
    $retryable !== undefined ||
    (status !== undefined && status >= 500) ||
    $fault === 'server' ||
    isCut(failure)
  );
};

const isCut = (failure: unknown): boolean =>
  failure instanceof Error &&
  'code' in failure &&
  ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'].includes(String(failure.code));

const ignore = (): void => {};

/** The SDK prints a warning where it will not repeat a stream itself. */
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Uploads to a bucket by the AWS SDK: streamed, and checked by S3 against the sha256 of what is here. */
export const s3Uploader = (bucket: string, settings: S3ClientConfig): Uploader => {
  const client = new S3Client({ ...settings, maxAttempts: 1, logger: silent });
  return {
    put: async ({ key, path, bytes, sha256, signal, onProgress }) => {
      const body = createReadStream(path);
      let sent = 0;
      body.on('data', (chunk) => {
        sent += chunk.length;
        onProgress(sent);
      });
      // the stream flows when the request does
      body.pause();
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentLength: bytes,
        ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
      });
      try {
        await client.send(command, { abortSignal: signal });
      } finally {
        body.destroy();
      }
    },
    isPassing,
    close: () => client.destroy(),
  };
};
