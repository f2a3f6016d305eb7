import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import {
  checkKey,
  type ObjectHeaders,
  type ObjectInfo,
  type ObjectStore,
  type OpenOptions,
  objectChanged,
  readAll,
} from './object-store.ts';
import { presignGet } from './presign.ts';

/** How S3 is reached; what is absent comes from the environment, as the AWS SDK reads it. */
export type S3Connection = Pick<
  S3ClientConfig,
  'region' | 'endpoint' | 'credentials' | 'profile' | 'forcePathStyle'
>;

/** Where in S3, and how to reach it. */
export interface S3StoreOptions extends S3Connection {
  readonly bucket: string;
  /** With or without a slash at its end; empty for the whole bucket. */
  readonly prefix: string;
}

/** Of an answer whose body is cut on its way, the SDK's error has no more than the raw response. */
const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException
    ? error.$metadata.httpStatusCode
    : (error as { readonly $response?: { readonly statusCode?: number } } | undefined)?.$response?.statusCode;

const hasStatus = (error: unknown, status: number): boolean => statusOf(error) === status;

/** Only 404 says "missing"; S3 answers 403 instead to callers who may not list the prefix, and that must be heard of. */
const unlessMissing = (error: unknown): undefined => {
  if (!hasStatus(error, 404)) throw error;
};

/** S3 asks to upload once more where another upload to the key was under way (API reference, PutObject, If-None-Match). */
const CONFLICT_TRIES = 5;

/** Of an object uploaded in parts S3 keeps a digest of digests, `<base64>-<parts>`, which is of no use here. */
const fullSha256 = (base64: string | undefined): string | undefined =>
  base64 === undefined || base64.includes('-') ? undefined : Buffer.from(base64, 'base64').toString('hex');

/** S3 always says; a stand-in that does not has objects as old as can be. */
const timeOf = (date: Date | undefined): number => date?.getTime() ?? 0;

async function* noBytes(): AsyncIterable<Uint8Array> {}

/**
 * A store under a prefix of a bucket; expiry is the bucket's lifecycle rule for that prefix. What is read may have any
 * key that S3 takes: other people's objects too. The SDK checks content against the checksum that S3 keeps.
 */
export const createS3Store = ({ bucket, prefix, ...connection }: S3StoreOptions): ObjectStore => {
  const client = new S3Client({ followRegionRedirects: true, ...connection });
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const location = `s3://${bucket}/${folder}`;
  const at = (key: string) => ({ Bucket: bucket, Key: `${folder}${key}` });

  const put = (
    key: string,
    content: Uint8Array,
    { contentType, cacheControl }: ObjectHeaders = {},
    conditions: { readonly IfNoneMatch?: '*' } = {},
  ) =>
    client.send(
      new PutObjectCommand({
        ...at(checkKey(key)),
        ...conditions,
        Body: content,
        ContentType: contentType,
        CacheControl: cacheControl,
      }),
    );

  const stat = async (key: string) => {
    const found = await client.send(new HeadObjectCommand(at(key))).catch(unlessMissing);
    return (
      found && {
        key,
        bytes: found.ContentLength ?? 0,
        etag: found.ETag ?? '',
        modifiedMs: timeOf(found.LastModified),
      }
    );
  };

  const open = async (key: string, { ifMatch, range }: OpenOptions = {}) => {
    if (range && range.to <= range.from) {
      // HTTP has no words for an empty range
      const info = await stat(key);
      if (info && ifMatch !== undefined && info.etag !== ifMatch)
        throw objectChanged(`${location}${key}`, ifMatch);
      return info && { etag: info.etag, bytes: 0, body: noBytes() };
    }
    const command = new GetObjectCommand({
      ...at(key),
      IfMatch: ifMatch,
      // the last byte of a range is included (RFC 9110, section 14.1.2); a part has no checksum of its own
      ...(range ? { Range: `bytes=${range.from}-${range.to - 1}` } : { ChecksumMode: 'ENABLED' }),
    });
    const answer = await client.send(command).catch((error: unknown) => {
      if (ifMatch !== undefined && hasStatus(error, 412))
        throw objectChanged(`${location}${key}`, ifMatch, error);
      return unlessMissing(error);
    });
    if (!answer) return undefined;
    const sha256 = range ? undefined : fullSha256(answer.ChecksumSHA256);
    return {
      etag: answer.ETag ?? '',
      bytes: answer.ContentLength ?? 0,
      body: (answer.Body as AsyncIterable<Uint8Array> | undefined) ?? noBytes(),
      ...(sha256 !== undefined && { sha256 }),
    };
  };

  const pages = async function* (under: string) {
    const listed = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${folder}${under}` });
    for await (const { Contents = [] } of listed) {
      yield Contents.flatMap(({ Key, Size = 0, ETag = '', LastModified }) =>
        Key
          ? { key: Key.slice(folder.length), bytes: Size, etag: ETag, modifiedMs: timeOf(LastModified) }
          : [],
      );
    }
  };

  return {
    location,
    put: async (key, content, headers) => void (await put(key, content, headers)),
    create: async (key, content, headers) => {
      for (let tries = 1; ; tries += 1) {
        try {
          await put(key, content, headers, { IfNoneMatch: '*' });
          return true;
        } catch (error) {
          if (hasStatus(error, 412)) return false;
          if (!hasStatus(error, 409) || tries === CONFLICT_TRIES) throw error;
        }
      }
    },
    get: async (key) => {
      const content = await open(key);
      return content && readAll(content.body);
    },
    open,
    stat,
    list: async (under) => {
      const infos: ObjectInfo[] = [];
      for await (const page of pages(under)) infos.push(...page);
      return infos;
    },
    pages,
    presign: async (key, seconds) => presignGet(client, at(checkKey(key)), seconds),
  };
};
