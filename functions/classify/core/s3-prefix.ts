import { ModelLoadError, quote, readS3Url } from '../../../platform/index.ts';

/** A folder in a bucket. */
export interface S3Prefix {
  readonly bucket: string;
  /** Ends with a slash, or is empty for the whole bucket. */
  readonly prefix: string;
  /** The last part of the prefix, or the bucket's name where there is none. */
  readonly name: string;
}

/**
 * Parses `s3://bucket/prefix`, with or without a slash at the end.
 *
 * @throws ModelLoadError for anything else, and for a prefix with `.` or `..` as a part
 */
export const parseS3Prefix = (uri: string): S3Prefix => {
  const { bucket, key = '' } = readS3Url(uri) ?? {};
  const parts = key.split('/').filter((part) => part !== '');
  if (bucket === undefined || parts.some((part) => part === '.' || part === '..')) {
    throw new ModelLoadError(`expected a model as s3://bucket/prefix, received ${quote(uri)}`);
  }
  return { bucket, prefix: parts.map((part) => `${part}/`).join(''), name: parts.at(-1) ?? bucket };
};
