import { ForbiddenReferenceError, ObjectChangedError } from '../errors.ts';
import { quote } from '../quote.ts';

/** What a store knows of an object without its content. */
export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  /** Another one whenever the content is put again; to be compared, and given to `open` as `ifMatch`. */
  readonly etag: string;
  /** Epoch ms at which the content was put. */
  readonly modifiedMs: number;
}

/** An object's content on its way. Whoever opens it reads `body`, or ends it by `break` or `return()`. */
export interface ObjectContent {
  readonly etag: string;
  /** Of what comes: of the range, where one was asked for. */
  readonly bytes: number;
  /** Of the whole object, lower-case hexadecimal, where the store knows it. */
  readonly sha256?: string;
  /** Fails where the transport finds the content damaged or cut. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Which part of which version of an object to read; default: all of the newest. */
export interface OpenOptions {
  /** The ETag of the only version wanted. */
  readonly ifMatch?: string | undefined;
  /** Bytes from `from`, included, up to `to`, excluded. */
  readonly range?: { readonly from: number; readonly to: number };
}

/** What readers of an object over HTTP are told of it; stores without HTTP keep nothing of it. */
export interface ObjectHeaders {
  readonly contentType?: string;
  readonly cacheControl?: string;
}

/**
 * Where processes put things aside for each other. Keys are paths, `/` between their parts, none of which is empty,
 * `.` or `..`: no key leaves the store. An object is there whole or not at all.
 */
export interface ObjectStore {
  /** Where it is, with a slash at its end: `s3://bucket/prefix/`, `file:///folder/`, `memory:`. */
  readonly location: string;
  /**
   * Puts an object, in the place of one that is there.
   *
   * @throws ForbiddenReferenceError for what is no key.
   */
  put(key: string, content: Uint8Array, headers?: ObjectHeaders): Promise<void>;
  /**
   * Puts an object unless there is one: of several at once, one succeeds.
   *
   * @returns false where there was one already. It may be the caller's own: an answer that is lost on its way is asked
   *   for again, so compare what is there.
   * @throws ForbiddenReferenceError for what is no key.
   */
  create(key: string, content: Uint8Array, headers?: ObjectHeaders): Promise<boolean>;
  /** The content, or undefined where there is no such object. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Opens an object for reading, or a range of it; undefined where there is no such object.
   *
   * @throws ObjectChangedError when what is there has another ETag than `ifMatch`.
   */
  open(key: string, options?: OpenOptions): Promise<ObjectContent | undefined>;
  /** Size and ETag, or undefined where there is no such object. */
  stat(key: string): Promise<ObjectInfo | undefined>;
  /** What is under a prefix that is empty or ends in `/`, in the order of the keys. */
  list(prefix: string): Promise<readonly ObjectInfo[]>;
  /** The same as it comes, for prefixes with more objects below them than memory has room for. */
  pages(prefix: string): AsyncIterable<readonly ObjectInfo[]>;
  /** A URL by which anybody may read an object for so many seconds; absent where a store has none. */
  presign?(key: string, seconds: number): Promise<string>;
}

// control characters are in no key of ours, and `\` parts paths on Windows
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FOREIGN = /[\u0000-\u001f\u007f\\]/;

const isKey = (text: string): boolean =>
  !FOREIGN.test(text) && text.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

/** The key, if it is one. @throws ForbiddenReferenceError for one that could leave its store. */
export const checkKey = (key: string): string => {
  if (isKey(key)) return key;
  throw new ForbiddenReferenceError(
    `Expected a key that stays in its store (parts between slashes, none empty, "." or ".."), received ${quote(key)}`,
  );
};

/** What `open` throws when the version that was asked for is not there. */
export const objectChanged = (name: string, ifMatch: string, cause?: unknown): ObjectChangedError =>
  new ObjectChangedError(`${name}: expected the version ${ifMatch}, found another: it has changed`, {
    cause,
  });

/** All of a content, in one piece. */
export const readAll = async (body: ObjectContent['body']): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(body));
