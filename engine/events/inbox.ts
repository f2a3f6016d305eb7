import {
  ConfigurationError,
  type Environment,
  isRecord,
  parseJson,
  quote,
  readPlace,
  readS3Url,
} from '../../platform/index.ts';
import type { CreatedObject } from './s3-event.ts';

/** A prefix of a bucket: what lands below it is worked on, and its results are written. */
export interface Inbox {
  readonly bucket: string;
  /** Empty for the whole bucket, or with a slash at its end. */
  readonly prefix: string;
  /** Below it results are written: the inbox itself, or elsewhere. With a slash at its end. */
  readonly results: string;
  /** Of every request. */
  readonly options: Readonly<Record<string, unknown>>;
}

const folder = (url: string): string => (url.endsWith('/') ? url : `${url}/`);

const malformed = (name: string, expected: string, received: string): ConfigurationError =>
  new ConfigurationError(`${name}: expected ${expected}, received ${quote(received)}`);

/**
 * Options that judge, name or stream a batch as a whole. Of events there is none: each object is answered by itself, and what
 * fails comes back alone.
 */
const ofBatches = [
  'resume',
  'deadlineMs',
  'onError',
  'toleratedFailureCount',
  'toleratedFailurePercentage',
  'minSuccessful',
  'stream',
] as const;

/** The first of the options that means nothing where objects come by events. */
export const optionOfBatches = (options: Readonly<Record<string, unknown>>): string | undefined =>
  ofBatches.find((name) => Object.hasOwn(options, name));

const readOptions = (text: string): Inbox['options'] => {
  const options = parseJson(text);
  if (!isRecord(options)) {
    throw malformed('INBOX_OPTIONS', 'a JSON object of options', text.slice(0, 200));
  }
  const foreign = optionOfBatches(options);
  if (foreign === undefined) return options;
  throw malformed('INBOX_OPTIONS', 'options of single items', foreign);
};

/**
 * Reads `INBOX` (`s3://bucket/prefix/`), `INBOX_RESULTS` (`s3://bucket/prefix/`, or `file:///folder/`; default: beside
 * the objects) and `INBOX_OPTIONS` (JSON). Undefined where there is none.
 *
 * @param writes other places that the function writes to: none may be in the inbox, or it would never come to an end
 * @throws ConfigurationError for a malformed variable, and for an inbox that what is written would land in.
 */
export const readInbox = (
  env: Environment,
  writes: readonly (string | undefined)[] = [],
): Inbox | undefined => {
  const { INBOX: url = '', INBOX_RESULTS: results = '', INBOX_OPTIONS: options = '' } = env;
  if (url === '') return undefined;
  const place = readS3Url(url);
  if (!place || (place.key !== '' && !place.key.endsWith('/'))) {
    throw malformed('INBOX', 's3://bucket/prefix/, with a slash at its end', url);
  }
  if (results !== '' && !readPlace(results)) {
    throw malformed('INBOX_RESULTS', 's3://bucket/prefix/ or file:///folder/', results);
  }
  const inbox = folder(url);
  for (const written of [results, ...writes]) {
    if (written && folder(written).startsWith(inbox)) {
      throw malformed('INBOX', `a prefix below which nothing else is written (${written} is)`, url);
    }
  }
  return Object.freeze({
    bucket: place.bucket,
    prefix: place.key,
    results: folder(results === '' ? url : results),
    options: options === '' ? {} : readOptions(options),
  });
};

/** What the results of a function are called: `cat.jpg.classify.json`, beside `cat.jpg.thumbnail.json`. */
export const resultSuffix = (name: string): string => `.${name}.json`;

/** Whether an object is in the inbox. */
export const isInside = ({ bucket, prefix }: Inbox, object: CreatedObject): boolean =>
  object.bucket === bucket && object.key.startsWith(prefix);
