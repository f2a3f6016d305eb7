import { DrosteError, ImageFetchError } from '../../platform/index.ts';
import type { S3Reference } from '../reference.ts';
import { nameReference } from '../reference.ts';
import { type Incoming, readLimited } from './read-limited.ts';
import type { Source } from './source.ts';

/** The port to S3: one object, on its way. Fails with an error whose `name` is S3's error code. */
export type GetObject = (bucket: string, key: string, signal: AbortSignal) => Promise<Incoming>;

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
const advice: Readonly<Record<string, string>> = {
  NoSuchKey: 'there is no such object: keys are literal (no URL-decoding) and case-sensitive',
  NoSuchBucket: 'there is no such bucket: check its name',
  AccessDenied:
    'access denied: deploy with -c imageBuckets naming this bucket, or check that the role may s3:GetObject this key, and s3:ListBucket (without it, S3 says so of a missing key too)',
  AllAccessDisabled: 'access to the bucket is disabled',
  InvalidObjectState: 'the object is archived: restore it first',
  PermanentRedirect: 'the bucket is in another region: check the configured region and endpoint',
  InvalidAccessKeyId: 'the credentials are unknown: check them',
  SignatureDoesNotMatch: 'the signature does not match: check the secret key and the endpoint',
  ExpiredToken: 'the credentials have expired: renew them',
  CredentialsProviderError: 'no AWS credentials were found: check the environment or the role',
};

const describeFailure = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  const known = advice[cause.name];
  if (known !== undefined) return known;
  return cause.message === '' ? cause.name : `${cause.name}: ${cause.message}`;
};

/**
 * Pictures in S3.
 *
 * @throws ImageFetchError saying what to check; ImageTooLargeError by the object's size or the running count.
 */
export const createS3Source =
  (getObject: GetObject, { maxBytes }: { readonly maxBytes: number }): Source<S3Reference> =>
  async (reference, { signal }) => {
    const name = nameReference(reference);
    try {
      const object = await getObject(reference.bucket, reference.key, signal);
      return await readLimited(object, { name, maxBytes });
    } catch (cause) {
      if (cause instanceof DrosteError) throw cause;
      throw new ImageFetchError(`Could not fetch ${name}: ${describeFailure(cause)}`, { cause });
    }
  };
