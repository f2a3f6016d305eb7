import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpReply } from './replies.ts';

/** A listening server. */
export interface HttpServer {
  /** `http://host:port` */
  readonly endpoint: string;
  /** Stops listening and cuts whatever connection is left. Idempotent. */
  close(): Promise<void>;
}

/** Answers one request; undefined when nobody is there to be answered. */
export type Answer = (request: IncomingMessage) => Promise<HttpReply | undefined>;

const send = (response: ServerResponse, reply: HttpReply): void => {
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
  response.end(reply.body);
};

/**
 * Serves on a port.
 *
 * @param port 0 for any free one.
 * @throws what listening failed with (`EADDRINUSE`, `EACCES`, …).
 */
export const serve = async (answer: Answer, host: string, port: number): Promise<HttpServer> => {
  const server = createServer(async (request, response) => {
    const reply = await answer(request);
    if (reply !== undefined && !response.destroyed) send(response, reply);
  });
  // a connection closed while idle would race with a client that reuses it: `ECONNRESET`
  server.keepAliveTimeout = 0;

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  const closed = new Promise<void>((resolve) => void server.once('close', resolve));

  return {
    endpoint: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: () => {
      server.close();
      server.closeAllConnections();
      return closed;
    },
  };
};
