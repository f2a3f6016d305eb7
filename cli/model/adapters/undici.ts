import { type Dispatcher, EnvHttpProxyAgent, interceptors, stream } from 'undici';
import type { Web, WebAnswer } from '../web.ts';
import { arrivals } from './arrivals.ts';

/** Time for a connection, for the head of an answer, and between two pieces of its content. */
const PATIENCE_MS = 30_000;

/** Hugging Face redirects once or twice, to another name of a repository and to its CDN. */
const MAX_REDIRECTS = 5;

/** Failures of undici and of the system's sockets that another try may not meet. */
const passing: ReadonlySet<string> = new Set([
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

const codeOf = (failure: unknown): string =>
  failure instanceof Error && 'code' in failure ? String(failure.code) : '';

const headerOf =
  (headers: Dispatcher.StreamFactoryData['headers']) =>
  (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };

/**
 * The web by undici: redirects followed (credentials stay with the first origin), content as it is sent, and the
 * proxies that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`).
 */
export const openWeb = (env: Readonly<Record<string, string | undefined>>): Web => {
  const agent = new EnvHttpProxyAgent({
    headersTimeout: PATIENCE_MS,
    bodyTimeout: PATIENCE_MS,
    connect: { timeout: PATIENCE_MS },
    httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? '',
    httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? '',
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
  });
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: MAX_REDIRECTS }));
  return {
    get: ({ url, headers, signal }) =>
      new Promise<WebAnswer>((resolve, reject) => {
        const { sink, chunks, end } = arrivals();
        stream(url, { method: 'GET', dispatcher, headers: { ...headers }, signal }, (head) => {
          resolve({
            status: head.statusCode,
            header: headerOf(head.headers),
            body: chunks,
            discard: () => void sink.destroy(),
          });
          return sink;
        }).then(
          () => end(),
          (failure: unknown) => {
            end(failure);
            // of no consequence once there is an answer
            reject(failure);
          },
        );
      }),
    isPassing: (failure) => passing.has(codeOf(failure)),
    close: () => agent.destroy(null),
  };
};
