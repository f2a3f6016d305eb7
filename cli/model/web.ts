import { Writable } from 'node:stream';
import { type Dispatcher, EnvHttpProxyAgent, interceptors, stream } from 'undici';
import { InvalidRequestError, ModelLoadError } from '../../platform/index.ts';
import { PassingFailure } from './try-again.ts';

/** Time for a connection, for the head of an answer, and between two chunks of its content. */
const PATIENCE_MS = 30_000;

/** Hugging Face redirects once or twice, to another name of a repository and to its CDN. */
const MAX_REDIRECTS = 5;

/** Failures of undici and of the system's sockets that another try may not meet. */
const passing: ReadonlySet<unknown> = new Set([
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

/** What is asked for. */
export interface WebRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Statuses that are answers; all others are failures. */
  readonly accepted: readonly number[];
}

/** The head of an answer: of the last one, where others redirected to it. */
export interface WebAnswer {
  readonly status: number;
  /** Undefined where there is none of this name (lower case). */
  header(name: string): string | undefined;
}

/** The web, for reading. */
export interface Web {
  /**
   * Asks once. Redirects are followed; credentials stay with the first origin.
   *
   * @param open chooses where the content goes; what it throws, and what the stream fails with, is thrown
   * @throws PassingFailure for what another try may not meet, InvalidRequestError for what is not there or may not be
   *   read, ModelLoadError for other refusals; the signal's reason
   */
  get(request: WebRequest, open: (answer: WebAnswer) => Writable): Promise<void>;
  close(): Promise<void>;
}

/** Statuses that pass: too many requests, and the server's own troubles. */
const isPassingStatus = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Why an answer is none. */
const refusal = (url: string, { status, header }: WebAnswer): Error => {
  if (isPassingStatus(status)) {
    return new PassingFailure(`status ${status}`, { afterMs: (Number(header('retry-after')) || 0) * 1000 });
  }
  const code = header('x-error-code');
  if (status === 404 || code === 'RepoNotFound') {
    return new InvalidRequestError(`${url}: expected a model there, received ${status}: there is none`);
  }
  if (status === 401 || status === 403) {
    return new InvalidRequestError(
      `${url}: expected content that anybody may read, received ${status}: ` +
        (code === 'GatedRepo'
          ? "the model is gated. Accept its terms on the model's page, and set HF_TOKEN to a token that may read it"
          : 'there is no such model, or it is private or gated (then set HF_TOKEN to a token that may read it)'),
    );
  }
  return new ModelLoadError(`${url}: expected content, received status ${status}`);
};

const answerOf = ({ statusCode, headers }: Dispatcher.StreamFactoryData): WebAnswer => ({
  status: statusCode,
  header: (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  },
});

/** For content that nobody wants. */
export const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/** What a failure means. Those of our own streams are passed on as they are. */
const meaningOf = (failure: unknown, { url, signal }: WebRequest): unknown => {
  if (signal.aborted) return signal.reason;
  if (!(failure instanceof Error) || !('code' in failure)) return failure;
  if (passing.has(failure.code)) return new PassingFailure(failure.message, { cause: failure });
  return new ModelLoadError(`${url}: expected content, received ${failure.message}`, { cause: failure });
};

/** The web by undici, and the proxies that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`). */
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
    get: async (request, open) => {
      const { url, headers, signal, accepted } = request;
      let refused: WebAnswer | undefined;
      try {
        await stream(url, { method: 'GET', dispatcher, headers: { ...headers }, signal }, (head) => {
          const answer = answerOf(head);
          if (accepted.includes(answer.status)) return open(answer);
          refused = answer;
          return nowhere();
        });
      } catch (failure) {
        throw meaningOf(failure, request);
      }
      if (refused !== undefined) throw refusal(url, refused);
    },
    close: () => agent.destroy(null),
  };
};

/** The text of an answer. @throws what {@link Web.get} does */
export const getText = async (web: Web, request: Omit<WebRequest, 'accepted'>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  await web.get(
    { ...request, accepted: [200] },
    () =>
      new Writable({
        write: (chunk: Uint8Array, _encoding, done) => {
          chunks.push(chunk);
          done();
        },
      }),
  );
  return Buffer.concat(chunks).toString();
};
