import { ForbiddenReferenceError, InvalidRequestError, PayloadTooLargeError } from '../../platform/errors.ts';
import { openThumbnailStore, readOutput } from './store/open-store.ts';
import type { StoredThumbnail, ThumbnailStore } from './store/thumbnail-store.ts';

/** Where thumbnails go. */
export interface Outputs {
  /**
   * The way to put thumbnails in the place a request names, or in the configured one; without any, into the answer.
   *
   * @throws ForbiddenReferenceError for a place of the request's where that is not allowed; InvalidRequestError for
   *   one that is none.
   */
  to(out: string | undefined): Promise<(thumbnail: StoredThumbnail) => Promise<string>>;
}

/** Largest thumbnail answered inline: eight of them, the default share of an invocation, are 340 KB of base64. */
export const MAX_INLINE_BYTES = 32 * 1024;

const inline = async ({ data, mediaType, name }: StoredThumbnail): Promise<string> => {
  if (data.length > MAX_INLINE_BYTES) {
    throw new PayloadTooLargeError(
      `Expected a thumbnail of at most ${MAX_INLINE_BYTES} bytes to answer inline, made ${data.length} (${name}): ` +
        'configure an output (OUTPUT: s3://bucket/prefix or file:///folder)',
    );
  }
  return `data:${mediaType};base64,${Buffer.from(data).toString('base64')}`;
};

/** Opens stores when they are first needed, and keeps them. */
export const createOutputs = ({
  output,
  allowOut,
}: {
  /** The configured place; absent: thumbnails are answered inline. */
  readonly output: string | undefined;
  /** Whether a request may name its own. */
  readonly allowOut: boolean;
}): Outputs => {
  const opened = new Map<string, Promise<ThumbnailStore>>();
  const open = async (url: string) => {
    const opening = opened.get(url) ?? openThumbnailStore(url);
    opened.set(url, opening);
    const store = await opening;
    return (thumbnail: StoredThumbnail) => store.put(thumbnail);
  };
  return {
    to: async (out) => {
      if (out === undefined) return output === undefined ? inline : open(output);
      if (!allowOut) {
        throw new ForbiddenReferenceError('options: out is only allowed under the local host (ALLOW_FILE)');
      }
      if (readOutput(out) === undefined) {
        throw new InvalidRequestError(
          `options: expected out as s3://bucket/prefix or file:///folder, received ${JSON.stringify(out)}`,
        );
      }
      return open(out);
    },
  };
};
