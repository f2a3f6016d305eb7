import type { S3Client } from '@aws-sdk/client-s3';
import { ModelLoadError } from '../../../../platform/errors.ts';
import type { ModelStore, StoredContent, StoredFile } from '../model-store.ts';

/** Where S3 is. Absent fields are found by the AWS SDK itself (region, endpoint and credentials of the environment). */
export interface S3Settings {
  readonly region?: string;
  readonly endpoint?: string;
  /** The bucket in the path instead of the host's name; some emulators need it. */
  readonly forcePathStyle?: boolean;
}

/**
 * A bucket as a model store. The only file here that imports `@aws-sdk/client-s3`, and only on first use: an
 * environment whose model is on its disk does not pay for it.
 *
 * The SDK checks the content against the checksum that S3 keeps (CRC64NVME by default) while it is read.
 */
export const s3ModelStore = (bucket: string, settings: S3Settings = {}): ModelStore => {
  let client: Promise<S3Client> | undefined;
  const connect = (): Promise<S3Client> => {
    client ??= sdk().then(({ S3Client: Client }) => new Client(settings));
    return client;
  };
  return {
    list: async (prefix) => {
      const [{ paginateListObjectsV2 }, s3] = await Promise.all([sdk(), connect()]);
      const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix });
      const files: StoredFile[] = [];
      for await (const page of pages) {
        for (const { Key, Size, ETag } of page.Contents ?? []) {
          if (Key !== undefined) files.push({ key: Key, bytes: Size ?? 0, version: ETag ?? '' });
        }
      }
      return files;
    },
    read: async ({ key, version }) => {
      const [{ GetObjectCommand }, s3] = await Promise.all([sdk(), connect()]);
      const answer = await s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: version, ChecksumMode: 'ENABLED' }),
      );
      if (answer.Body === undefined) {
        throw new ModelLoadError(`s3://${bucket}/${key}: expected content, received none`);
      }
      const content = { stream: answer.Body as AsyncIterable<Uint8Array> } satisfies StoredContent;
      const sha256 = fullSha256(answer.ChecksumSHA256);
      return sha256 === undefined ? content : { ...content, sha256 };
    },
  };
};

const sdk = () => import('@aws-sdk/client-s3');

/** Of an object uploaded in parts S3 keeps a digest of digests, `<base64>-<parts>`, which is of no use here. */
const fullSha256 = (base64: string | undefined): string | undefined =>
  base64 === undefined || base64.includes('-') ? undefined : Buffer.from(base64, 'base64').toString('hex');
