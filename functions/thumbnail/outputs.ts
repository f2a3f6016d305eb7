import {
  ForbiddenReferenceError,
  InvalidRequestError,
  PayloadTooLargeError,
  quote,
  readPlace,
} from '../../platform/index.ts';
import { type ObjectStore, openStore } from '../../platform/storage/index.ts';

/** A thumbnail on its way to its place. */
export interface StoredThumbnail {
  /** Letters and digits of any script, `.`, `_` and `-`; what is stored under a name never changes, so putting it again changes nothing. */
  readonly name: string;
  readonly data: Uint8Array;
  readonly mediaType: string;
}

/** What is under a name never changes, so whoever has it need not ask again (RFC 8246; a year is the custom). */
const CACHE_CONTROL = 'public, max-age=31536000, immutable';

/** A place for thumbnails. */
export interface Output {
  /** Puts one. @returns its URI */
  put(thumbnail: StoredThumbnail): Promise<string>;
  /** What is there under a name; absent where nothing is kept. */
  readonly find?: (name: string) => Promise<{ readonly uri: string; readonly bytes: number } | undefined>;
}

/** Where thumbnails go. */
export interface Outputs {
  /**
   * The place a request names, or the configured one; without any, the answer itself.
   *
   * @throws ForbiddenReferenceError for a place of the request's where that is not allowed; InvalidRequestError for
   *   one that is none.
   */
  to(out: string | undefined): Promise<Output>;
}

/** Largest thumbnail answered inline: eight of them, the default share of an invocation, are 340 KB of base64. */
const MAX_INLINE_BYTES = 32 * 1024;

const inline = async ({ data, mediaType, name }: StoredThumbnail): Promise<string> => {
  if (data.length > MAX_INLINE_BYTES) {
    throw new PayloadTooLargeError(
      `Expected a thumbnail of at most ${MAX_INLINE_BYTES} bytes to answer inline, made ${data.length} (${name}): ` +
        'configure an output (OUTPUT: s3://bucket/prefix)',
    );
  }
  return `data:${mediaType};base64,${Buffer.from(data).toString('base64')}`;
};

/** Opens stores when they are first needed, and keeps them. */
export const createOutputs = ({
  output,
  allowOut,
  open = openStore,
}: {
  /** The configured place; absent: thumbnails are answered inline. */
  readonly output: string | undefined;
  /** Whether a request may name its own. */
  readonly allowOut: boolean;
  /** Opens a place. Default: S3 as the environment says, and folders. */
  readonly open?: (url: string) => Promise<ObjectStore>;
}): Outputs => {
  const opened = new Map<string, Promise<ObjectStore>>();
  const openOutput = async (url: string): Promise<Output> => {
    const opening = opened.get(url) ?? open(url);
    opened.set(url, opening);
    const store = await opening;
    const uriOf = (name: string) => `${store.location}${name}`;
    return {
      put: async ({ name, data, mediaType }) => {
        await store.put(name, data, { contentType: mediaType, cacheControl: CACHE_CONTROL });
        return uriOf(name);
      },
      find: async (name) => {
        const found = await store.stat(name);
        return found && { uri: uriOf(name), bytes: found.bytes };
      },
    };
  };
  return {
    to: async (out) => {
      if (out === undefined) return output === undefined ? { put: inline } : openOutput(output);
      if (!allowOut) {
        throw new ForbiddenReferenceError('options: out is only allowed under the local host (ALLOW_FILE)');
      }
      if (readPlace(out) === undefined) {
        throw new InvalidRequestError(
          `options: expected out as s3://bucket/prefix or file:///folder, received ${quote(out)}`,
        );
      }
      return openOutput(out);
    },
  };
};
