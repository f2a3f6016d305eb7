import { fileURLToPath } from 'node:url';
import { ForbiddenReferenceError, InvalidRequestError, readS3Url, type S3Place } from '../platform/index.ts';
import { redactReference } from './describe-reference.ts';

/** A picture behind `https://` or `http://`. */
export interface WebReference {
  readonly kind: 'web';
  readonly url: URL;
}

/** An S3 object. */
export type S3Reference = S3Place;

/** A picture inside the reference itself; `base64` is not decoded (or validated) yet. */
export interface DataReference {
  readonly kind: 'data';
  readonly mediaType: string;
  readonly base64: string;
}

/** A file on this machine; `path` is absolute. */
export interface FileReference {
  readonly kind: 'file';
  readonly path: string;
}

/** Where a picture is. */
export type ImageReference = WebReference | S3Reference | DataReference | FileReference;

const accepted = 'https://…, s3://bucket/key or data:image/…;base64,…';

const invalid = (text: string, why: string, cause?: unknown): InvalidRequestError =>
  new InvalidRequestError(
    `Expected an image reference (${accepted}), received ${JSON.stringify(redactReference(text))}: ${why}`,
    cause === undefined ? undefined : { cause },
  );

const parseWeb = (text: string): WebReference => {
  const url = URL.parse(text);
  if (url === null) throw invalid(text, 'not a valid URL');
  if (url.username !== '' || url.password !== '') {
    throw new ForbiddenReferenceError(
      `Expected a URL without a user name or password, received one with them: ${redactReference(text)}`,
    );
  }
  return { kind: 'web', url };
};

const parseS3 = (text: string): S3Reference => {
  const place = readS3Url(text);
  if (place === undefined) {
    const [bucket = ''] = text.slice('s3://'.length).split('/', 1);
    throw invalid(text, `"${bucket.slice(0, 80)}" is not an S3 bucket name`);
  }
  if (place.key === '') throw invalid(text, 'the object key is missing');
  return place;
};

const parseData = (text: string): DataReference => {
  const comma = text.indexOf(',');
  if (comma === -1) throw invalid(text, 'the comma before the data is missing');
  const [mediaType = '', ...parameters] = text.slice('data:'.length, comma).toLowerCase().split(';');
  if (!/^image\/[a-z0-9.+-]+$/.test(mediaType)) throw invalid(text, 'the media type is not image/…');
  if (parameters.at(-1) !== 'base64') throw invalid(text, 'the data is not marked ;base64');
  return { kind: 'data', mediaType, base64: text.slice(comma + 1) };
};

const parseFile = (text: string): FileReference => {
  try {
    return { kind: 'file', path: fileURLToPath(text) };
  } catch (cause) {
    throw invalid(text, 'not a file URL of this machine', cause);
  }
};

/**
 * Reads an image reference. Nothing is fetched and nothing is allowed yet: what may be read from here is for
 * the sources to decide. S3 keys are literal: no URL-decoding, so `+`, `%20`, `?` and spaces stay what they are.
 *
 * @throws InvalidRequestError for anything that is not one of the accepted forms, naming what was received
 *   (shortened, without secrets) and the forms.
 * @throws ForbiddenReferenceError for a URL that carries credentials, without repeating them.
 */
export const parseReference = (text: string): ImageReference => {
  if (/^https?:\/\//i.test(text)) return parseWeb(text);
  if (text.startsWith('s3://')) return parseS3(text);
  if (/^data:/i.test(text)) return parseData(text);
  if (/^file:\/\//i.test(text)) return parseFile(text);
  throw invalid(text, text === '' ? 'it is empty' : 'it begins with none of these');
};

/** A parsed reference's name for messages and logs: the same as `redactReference` of its text. */
export const nameReference = (reference: ImageReference): string => {
  switch (reference.kind) {
    case 'web':
      return redactReference(reference.url.href);
    case 's3':
      return redactReference(`s3://${reference.bucket}/${reference.key}`);
    case 'data':
      return redactReference(`data:${reference.mediaType};base64,${reference.base64}`);
    case 'file':
      return redactReference(`file://${reference.path}`);
    default:
      return reference satisfies never;
  }
};
