import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { ForbiddenReferenceError } from '../../platform/index.ts';
import { type AllowPrivate, refusedRange } from '../address-guard.ts';
import type { HttpGet } from '../sources/web.ts';

/** Some hosts (Wikimedia among them) answer 403 to a client without a name. */
const USER_AGENT = 'droste';

/**
 * A refused body up to this long is read to its end, so that the connection can be used again; a longer one
 * costs the connection. Redirects and error pages are a few kilobytes at most, and a new TLS connection costs more.
 */
const MAX_DISCARDED_BYTES = 16 * 1024;

/** How the client connects. */
export interface HttpSettings {
  /** Connections per origin. */
  readonly connections: number;
  readonly allowPrivate: AllowPrivate;
  /** How names become addresses; default: the operating system's resolver. */
  readonly lookup?: LookupFunction;
}

const forbidden = (host: string, range: string): ForbiddenReferenceError =>
  new ForbiddenReferenceError(
    // Not the address itself: it would tell an outsider how the inside is numbered.
    `Expected a host with a public address, received ${host}, whose address is ${range}`,
  );

/** A lookup that fails where any of a name's addresses is refused: whichever is tried first, none is reached. */
const guardLookup =
  (lookup: LookupFunction, allow: AllowPrivate): LookupFunction =>
  (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : [];
      const [first] = addresses;
      if (error !== null || first === undefined) {
        callback(error ?? new Error(`No address found for ${host}`), '');
        return;
      }
      for (const { address } of addresses) {
        const range = refusedRange(address, allow);
        if (range !== undefined) {
          callback(forbidden(host, range), '');
          return;
        }
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

/**
 * A connector that checks three times, and connects to nothing it refuses: a literal address in the URL, every
 * address a name resolves to (the very ones the socket then uses, so a second, different DNS answer changes
 * nothing), and at last the address the socket has, before the request is written.
 */
const guardedConnector = ({ allowPrivate, lookup }: HttpSettings): buildConnector.connector => {
  const connect = buildConnector({
    lookup: guardLookup(lookup ?? (systemLookup as LookupFunction), allowPrivate),
    // One picture per request: multiplexing gains nothing, and pooling stays per connection.
    allowH2: false,
    // The fetch has one time limit of its own; a second one here would only name the same thing differently.
    timeout: 0,
  });
  return (options, callback) => {
    const literal = options.hostname.replace(/^\[|\]$/g, '');
    const literalRange = isIP(literal) === 0 ? undefined : refusedRange(literal, allowPrivate);
    if (literalRange !== undefined) {
      callback(forbidden(options.hostname, literalRange), null);
      return;
    }
    connect(options, (...[error, socket]) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      const range = refusedRange(socket.remoteAddress ?? '', allowPrivate);
      if (range === undefined) {
        callback(null, socket);
        return;
      }
      socket.destroy();
      callback(forbidden(options.hostname, range), null);
    });
  };
};

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

/**
 * HTTP by undici: keep-alive, no redirects, no proxy, no decompression, every connection guarded. `close`
 * destroys the connections.
 */
export const createHttpGet = (
  settings: HttpSettings,
): { readonly get: HttpGet; readonly close: () => Promise<void> } => {
  const agent = new Agent({
    connect: guardedConnector(settings),
    connections: settings.connections,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const get: HttpGet = async (url, signal) => {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      signal,
      headers: { 'user-agent': USER_AGENT },
    });
    const length = Number(single(headers['content-length']) ?? Number.NaN);
    const location = single(headers.location);
    const retryAfter = single(headers['retry-after']);
    return {
      status: statusCode,
      body,
      discard: () => body.dump({ limit: MAX_DISCARDED_BYTES, signal }).catch(() => {}),
      ...(Number.isFinite(length) ? { contentLength: length } : {}),
      ...(location === undefined ? {} : { location }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
  };
  return { get, close: () => agent.destroy() };
};
