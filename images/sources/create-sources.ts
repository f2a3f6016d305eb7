import { createSemaphore, ImageFetchError } from '../../platform/index.ts';
import type { ImageReference, S3Reference, WebReference } from '../reference.ts';
import { nameReference } from '../reference.ts';
import { createDataSource } from './data.ts';
import { createFileSource } from './file.ts';
import {
  DEFAULT_CONNECTIONS,
  DEFAULT_DOWNLOADS,
  DEFAULT_MAX_BYTES,
  DEFAULT_MAX_REDIRECTS,
  DEFAULT_TIMEOUT_MS,
  type Source,
  type SourceOptions,
} from './source.ts';
import { withTimeLimit } from './time-limit.ts';

/** All sources behind one function. */
export interface Sources {
  /**
   * The bytes of a picture, at most `maxBytes`, within `timeoutMs`. They are the caller's own, to free too.
   *
   * @throws ForbiddenReferenceError, ImageFetchError, ImageTooLargeError or InvalidRequestError (malformed
   *   base64), naming the reference without its secrets; or the reason of `signal` once that is aborted.
   */
  readonly fetch: (
    reference: ImageReference,
    context?: { readonly signal?: AbortSignal },
  ) => Promise<Uint8Array>;
  /** Closes idle connections; fetches under way fail. A Lambda function never needs it. */
  readonly close: () => Promise<void>;
}

interface Opened<R extends ImageReference> {
  readonly source: Source<R>;
  readonly close: () => void | Promise<void>;
}

/**
 * Puts the sources together. undici and the AWS SDK are loaded at the first reference that needs them, so that
 * a cold start pays for neither in vain; connections are kept for the next fetch.
 */
export const createSources = (options: SourceOptions): Sources => {
  const {
    maxBytes = DEFAULT_MAX_BYTES,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    maxRedirects = DEFAULT_MAX_REDIRECTS,
    connections = DEFAULT_CONNECTIONS,
    downloads = DEFAULT_DOWNLOADS,
    allowHttp,
    allowFile,
    allowPrivate,
    s3 = {},
  } = options;
  const fromData = createDataSource({ maxBytes });
  const fromFile = createFileSource({ allowFile, maxBytes });

  let web: Promise<Opened<WebReference>> | undefined;
  const openWeb = async (): Promise<Opened<WebReference>> => {
    const [{ createHttpGet }, { createWebSource }] = await Promise.all([
      import('../adapters/undici.ts'),
      import('./web.ts'),
    ]);
    const { get, close } = createHttpGet({ connections, allowPrivate });
    return {
      source: createWebSource(get, { maxBytes, maxRedirects, allowHttp, retry: { timeoutMs } }),
      close,
    };
  };

  let bucket: Promise<Opened<S3Reference>> | undefined;
  const openS3 = async (): Promise<Opened<S3Reference>> => {
    const [{ createGetObject }, { createS3Source }] = await Promise.all([
      import('../adapters/s3.ts'),
      import('./s3.ts'),
    ]);
    const { getObject, close } = createGetObject(s3, { connections });
    return { source: createS3Source(getObject, { maxBytes }), close };
  };

  const read = async (reference: ImageReference, signal: AbortSignal): Promise<Uint8Array> => {
    switch (reference.kind) {
      case 'web':
        web ??= openWeb();
        return await (await web).source(reference, { signal });
      case 's3':
        bucket ??= openS3();
        return await (await bucket).source(reference, { signal });
      case 'data':
        return await fromData(reference, { signal });
      case 'file':
        return await fromFile(reference, { signal });
      default:
        return reference satisfies never;
    }
  };

  const room = createSemaphore(downloads);

  const fetchOne: Sources['fetch'] = (reference, { signal } = {}) =>
    withTimeLimit(
      timeoutMs,
      signal,
      () =>
        new ImageFetchError(
          `Expected ${nameReference(reference)} within ${timeoutMs} ms, received no complete answer`,
        ),
      (limited) => read(reference, limited),
    );

  return {
    fetch: (reference, context = {}) =>
      reference.kind === 'web' || reference.kind === 's3'
        ? room.run(() => fetchOne(reference, context), context)
        : fetchOne(reference, context),
    close: async () => {
      await Promise.all([(await web)?.close(), (await bucket)?.close()]);
    },
  };
};
