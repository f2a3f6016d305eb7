import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** An object as it was put. */
export interface PutObject {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

/** As much of S3 as putting objects needs, on loopback, path style. Keys under `/forbidden` are refused. */
export const startS3 = async () => {
  const objects = new Map<string, PutObject>();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://s3');
    const body = await buffer(request);
    if (pathname.startsWith('/forbidden')) {
      const xml = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>no</Message></Error>';
      return void response.writeHead(403, { 'content-type': 'application/xml' }).end(xml);
    }
    objects.set(pathname, { body, headers: request.headers });
    return void response.writeHead(200, { etag: '"x"' }).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    objects,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
};
