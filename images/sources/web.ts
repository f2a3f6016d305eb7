import { DrosteError, ForbiddenReferenceError, ImageFetchError } from '../../platform/index.ts';
import { redactReference } from '../describe-reference.ts';
import type { WebReference } from '../reference.ts';
import { nameReference } from '../reference.ts';
import { type Incoming, readLimited } from './read-limited.ts';
import { type RetryRules, systemWaiting, TransientFailure, type Waiting, withRetries } from './retry.ts';
import { DEFAULT_TIMEOUT_MS, type Source } from './source.ts';

/** What came back for one request. */
export interface HttpReply extends Incoming {
  readonly status: number;
  /** As the header has it. */
  readonly location?: string;
  /** `Retry-After`, as the header has it. */
  readonly retryAfter?: string;
  /** Lets go of a body nobody wants, keeping the connection where that is cheap. Never fails. */
  readonly discard: () => Promise<void>;
}

/**
 * The port to HTTP: one GET, no redirect followed. Refuses (ForbiddenReferenceError) before a byte is sent to
 * an address that is not allowed; any other error is the network's.
 */
export type HttpGet = (url: URL, signal: AbortSignal) => Promise<HttpReply>;

export interface WebLimits {
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly allowHttp: boolean;
  /** How what may pass is tried again. Default: three tries within 20 s. */
  readonly retry?: Partial<RetryRules>;
  /** Default: the machine's clock. */
  readonly waiting?: Waiting;
}

/** Three tries, as the AWS SDKs have it: an overloaded server is given time, not load. */
const defaultRetry: RetryRules = { tries: 3, baseMs: 200, capMs: 5_000, timeoutMs: DEFAULT_TIMEOUT_MS };

/** Too many requests, and a server or gateway that is not itself (RFC 9110 §15.6): the next try may be answered. */
const transientStatus: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** What a connection that ended before the whole body came is called, by Node.js and by undici. */
const resetCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const checkHop = (url: URL, allowHttp: boolean): void => {
  const shown = redactReference(url.href);
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) {
    const expected = allowHttp ? 'https:// or http://' : 'https:// (http:// is not allowed here)';
    throw new ForbiddenReferenceError(`Expected ${expected}, received ${shown}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ForbiddenReferenceError(`Expected a URL without credentials, received one with them: ${shown}`);
  }
};

const nextHop = (from: URL, location: string | undefined, name: string): URL => {
  if (location === undefined) throw new ImageFetchError(`Expected a Location in the redirect from ${name}`);
  const next = URL.parse(location, from.href);
  if (next === null) throw new ImageFetchError(`The redirect from ${name} leads to something that is no URL`);
  return next;
};

const describeFailure = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  // an AggregateError (every address refused) has a code and no message
  if (error.message === '') return code || error.name;
  return error.message.includes(code) ? error.message : `${error.message}, ${code}`;
};

/**
 * Pictures behind URLs. Redirects are followed by hand, and every hop is checked like the first: scheme,
 * credentials and, in the adapter, the address connected to. What may pass by itself (429, 500, 502, 503, 504, a
 * connection reset before the whole body came) is tried again from the first hop; nothing else is.
 *
 * @throws ForbiddenReferenceError for a hop that is not allowed; ImageTooLargeError by the announced length or
 *   the running count; ImageFetchError for everything else: another status than 2xx, too many redirects, no
 *   connection, a body cut off.
 */
export const createWebSource = (get: HttpGet, limits: WebLimits): Source<WebReference> => {
  const { maxBytes, maxRedirects, allowHttp, retry, waiting = systemWaiting } = limits;
  const rules = { ...defaultRetry, ...retry };

  const follow = async (url: URL, left: number, name: string, signal: AbortSignal): Promise<Uint8Array> => {
    checkHop(url, allowHttp);
    const reply = await get(url, signal);
    if (reply.status >= 200 && reply.status < 300) return await readLimited(reply, { name, maxBytes });
    await reply.discard();
    if (!redirects.has(reply.status)) {
      const failure = new ImageFetchError(`Expected status 2xx, received ${reply.status} from ${name}`);
      throw transientStatus.has(reply.status) ? new TransientFailure(failure, reply.retryAfter) : failure;
    }
    if (left === 0) throw new ImageFetchError(`Expected at most ${maxRedirects} redirects from ${name}`);
    return await follow(nextHop(url, reply.location, name), left - 1, name, signal);
  };

  const fetchOnce = async (url: URL, name: string, signal: AbortSignal): Promise<Uint8Array> => {
    try {
      return await follow(url, maxRedirects, name, signal);
    } catch (cause) {
      if (cause instanceof DrosteError || cause instanceof TransientFailure) throw cause;
      const failure = new ImageFetchError(`Could not fetch ${name}: ${describeFailure(cause)}`, { cause });
      throw resetCodes.has(codeOf(cause)) ? new TransientFailure(failure) : failure;
    }
  };

  return (reference, { signal }) => {
    const name = nameReference(reference);
    return withRetries(() => fetchOnce(reference.url, name, signal), rules, waiting, signal);
  };
};
