import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { type Admission, denial } from './admission.ts';
import type { Denial } from './refusals.ts';

/** A reply as HTTP carries it. */
export interface HttpReply {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | string;
}

/** A reply that is sent as it comes about; its stream is destroyed when the caller goes. */
export interface StreamedReply extends Omit<HttpReply, 'body'> {
  readonly stream: Readable;
}

/** A request that was let in, read to its end. */
export interface HttpRequest {
  readonly message: IncomingMessage;
  readonly method: string;
  /** As sent, percent-encoded. */
  readonly path: string;
  /** Without its question mark; empty when there is none. */
  readonly query: string;
  /** Undefined for one that was larger than allowed. */
  readonly body: Buffer | undefined;
}

/** Answers one request; undefined when nobody is to be answered. */
export type Answer<Reply = HttpReply> = (request: HttpRequest) => Promise<Reply | undefined>;

/** How long a connection may take over what, in ms; one that takes longer is closed. */
export interface ConnectionLimits {
  /** For the headers of a request, from the connection's opening or the request's first byte. */
  readonly headersMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** Between two requests. Clients are told, so that they do not send the next into a connection being closed. */
  readonly idleMs: number;
  /** Without taking a byte of the reply. */
  readonly unreadMs: number;
}

/** Generous: a machine under load may stop a client for seconds. An invocation may take as long as its function's. */
const CONNECTION_LIMITS: ConnectionLimits = {
  headersMs: 60_000,
  requestMs: 120_000,
  idleMs: 120_000,
  unreadMs: 60_000,
};

/** What a server is made of. */
export interface ServerOptions {
  /** What is asked of whoever sends a request, by its headers. */
  readonly admission: (message: IncomingMessage) => Admission;
  readonly answer: Answer<HttpReply | StreamedReply>;
  /** The reply to a request that is not let in. */
  readonly deny: (denied: Denial) => HttpReply;
  /** The largest body of a request. */
  readonly bodyMaxBytes: (message: IncomingMessage) => number;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** How long a connection may take over what. */
  readonly limits?: ConnectionLimits;
}

/** A listening server. */
export interface HttpServer {
  /** `http://host:port` */
  readonly endpoint: string;
  /** Stops listening and cuts whatever connection is left. Idempotent. */
  close(): Promise<void>;
}

/** Splits a request target by hand: a URL parser throws at some (`//`), and rewrites others (`/a/../b`). */
const splitTarget = (target = '/'): Pick<HttpRequest, 'path' | 'query'> => {
  const at = target.indexOf('?');
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at + 1) };
};

/**
 * Reads a body. One that is too large is read to its end all the same, and thrown away: a caller still sending would
 * meet a closed socket instead of the answer.
 *
 * @returns `cut` when the caller went before it had sent everything.
 */
const readBody = (message: IncomingMessage, maxBytes: number): Promise<Buffer | undefined | 'cut'> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    message.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    message.on('end', () => resolve(length > maxBytes ? undefined : Buffer.concat(chunks, length)));
    message.on('close', () => resolve('cut'));
  });

const send = (response: ServerResponse, reply: HttpReply | StreamedReply, unreadMs: number): void => {
  if (response.destroyed) {
    if ('stream' in reply) reply.stream.destroy();
    return;
  }
  response.setTimeout(unreadMs, () => {
    // a stream in which nothing happens is not one that nobody reads
    if (!('stream' in reply) || response.writableLength > 0) response.destroy();
  });
  if ('stream' in reply) {
    response.writeHead(reply.status, reply.headers);
    // whoever went away is told nothing any more
    pipeline(reply.stream, response, () => {});
    return;
  }
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
  response.end(reply.body);
};

/**
 * Serves on a port those who may call it.
 *
 * @throws what listening failed with (`EADDRINUSE`, `EACCES`, …).
 */
export const serve = async (options: ServerOptions): Promise<HttpServer> => {
  const { admission, answer, deny, bodyMaxBytes, limits = CONNECTION_LIMITS } = options;
  const respond = async (message: IncomingMessage): Promise<HttpReply | StreamedReply | undefined> => {
    const denied = denial(message, admission(message));
    if (denied !== undefined) {
      message.resume();
      return deny(denied);
    }
    const body = await readBody(message, bodyMaxBytes(message));
    if (body === 'cut') return undefined;
    return answer({ message, method: message.method ?? '', ...splitTarget(message.url), body });
  };
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: Math.ceil(limits.headersMs / 4),
    },
    async (message, response) => {
      const reply = await respond(message);
      if (reply !== undefined) send(response, reply, limits.unreadMs);
    },
  );

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, family, port } = server.address() as AddressInfo;
  const closed = new Promise<void>((resolve) => void server.once('close', resolve));

  // of all addresses, the one that is always this machine's
  const reached = { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
  return {
    endpoint: `http://${family === 'IPv6' ? `[${reached}]` : reached}:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
      return closed;
    },
  };
};
