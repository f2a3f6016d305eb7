import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestServer {
  readonly server: Server;
  readonly port: number;
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Connections accepted so far. */
  readonly connections: () => number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A real HTTP server on loopback, for `await using`. */
export const serve = async (listener: RequestListener): Promise<TestServer> => {
  const server = createServer(listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    origin: `http://127.0.0.1:${port}`,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Settles when the server's next connection has been closed, by whichever side and however roughly. */
export const nextConnectionClosed = ({ server }: TestServer): Promise<void> =>
  new Promise((resolve) => {
    server.once('connection', (socket) => {
      socket.once('close', () => resolve());
    });
  });
