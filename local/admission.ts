import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { quote } from '../platform/index.ts';
import type { Denial } from './refusals.ts';

/** The header a token travels in. It is no header a page may set on a request to another site. */
export const TOKEN_HEADER = 'x-droste-token';

/** What is asked of those who call a port. */
export interface Admission {
  /** Shows that whoever calls was told so by whoever started the host. */
  readonly token: string;
  /** Whom the token is asked of: everybody, only those who may be a page in a browser, or nobody. */
  readonly asked: 'everybody' | 'browsers' | 'nobody';
}

/**
 * Content types that a page may send to any site without asking it first (CORS-safelisted request headers, Fetch
 * standard). No AWS SDK sends one.
 */
const SENT_UNASKED = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'];

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const hostnameOf = (host: string): string | undefined =>
  URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;

/** Whether a `Host` is this machine's: a loopback address, or the very address the connection came to. */
const isOurs = (host: string, localAddress = ''): boolean => {
  const name = hostnameOf(host) ?? '';
  const address = localAddress.replace(/^::ffff:(?=\d+\.)/, '');
  return LOOPBACK.test(name) || name === address || name === `[${address}]`;
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const isToken = (given: unknown, token: string): boolean =>
  typeof given === 'string' && timingSafeEqual(digest(given), digest(token));

/**
 * Decides whether a request is let in, by its headers alone: nothing of a request that is not is read or run.
 *
 * A name that an attacker let point to this machine shows in `Host`, a page of anybody else's in `Origin` or
 * `Sec-Fetch-Site`: browsers send them, and no page can leave them out or forge them. Programs send neither.
 *
 * @returns undefined for a request that is let in.
 */
export const denial = (request: IncomingMessage, { token, asked }: Admission): Denial | undefined => {
  const { host = '', origin, 'sec-fetch-site': site, 'content-type': type = '' } = request.headers;
  const denied = (status: Denial['status'], expected: string, received: string): Denial => ({
    status,
    message: `Expected ${expected}, received ${quote(received)}`,
  });
  if (!isOurs(host, request.socket.localAddress)) {
    return denied(403, 'a Host that is an address of this machine, or localhost', host);
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return denied(403, 'no Origin but this one', origin);
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return denied(403, 'no request of another site', `Sec-Fetch-Site: ${site}`);
  }
  if (asked === 'nobody' || isToken(request.headers[TOKEN_HEADER], token)) return undefined;
  if (asked === 'everybody' || origin !== undefined || site !== undefined) {
    const message = `Expected the token this host printed when it started, in the header ${TOKEN_HEADER}`;
    return { status: 401, message };
  }
  const essence = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return SENT_UNASKED.includes(essence)
    ? denied(415, 'a Content-Type of application/json or application/octet-stream', type)
    : undefined;
};
