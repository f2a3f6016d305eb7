import { fileURLToPath } from 'node:url';

/** A place in S3; the key is literal, exactly as written, and empty for the whole bucket. */
export interface S3Place {
  readonly kind: 's3';
  readonly bucket: string;
  readonly key: string;
}

/** Where a store is, as a URL says it. */
export type Place = S3Place | { readonly kind: 'folder'; readonly path: string };

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const BUCKET_NAME = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Whether a text may be a bucket's name: 3 to 63 of a-z 0-9 . - with no two dots side by side. */
export const isBucketName = (text: string): boolean => BUCKET_NAME.test(text);

/** Reads `s3://bucket`, `s3://bucket/prefix` or `s3://bucket/key`; undefined for anything else. */
export const readS3Url = (url: string): S3Place | undefined => {
  if (!url.startsWith('s3://')) return undefined;
  const slash = url.indexOf('/', 's3://'.length);
  const bucket = url.slice('s3://'.length, slash === -1 ? undefined : slash);
  return isBucketName(bucket)
    ? { kind: 's3', bucket, key: slash === -1 ? '' : url.slice(slash + 1) }
    : undefined;
};

const folderOf = (url: string): string | undefined => {
  if (!url.startsWith('file:///')) return undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
};

/** Reads `s3://bucket/prefix` or `file:///folder`; undefined for anything else. */
export const readPlace = (url: string): Place | undefined => {
  const s3 = readS3Url(url);
  if (s3) return s3;
  const path = folderOf(url);
  return path === undefined ? undefined : { kind: 'folder', path };
};

/**
 * A key as it is, of one as S3 writes it into inventories, events and tasks of Batch Operations: URL-encoded, with `+`
 * for a space. One that is not encoded so is taken as it stands.
 */
export const decodeKey = (encoded: string): string => {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return encoded;
  }
};
