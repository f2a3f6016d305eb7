import { createReadStream } from 'node:fs';
import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { isPassing } from '../../platform/storage/index.ts';
import { PassingFailure } from './try-again.ts';

/** A file to put into a bucket. */
export interface Upload {
  readonly key: string;
  /** Of the file here. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal: the store refuses other content. */
  readonly sha256: string;
  readonly signal: AbortSignal;
  /** Called with how many bytes have been sent. */
  readonly onProgress: (bytes: number) => void;
}

/** A bucket to put files in. */
export interface Uploader {
  /** @throws PassingFailure for what another try may not meet, and whatever else the bucket refuses with */
  put(upload: Upload): Promise<void>;
  close(): void;
}

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
      } catch (failure) {
        if (!(failure instanceof Error) || !isPassing(failure)) throw failure;
        // the SDK itself does not repeat a stream
        throw new PassingFailure(`${failure.name}: ${failure.message}`, { cause: failure });
      } finally {
        body.destroy();
      }
    },
    close: () => client.destroy(),
  };
};
