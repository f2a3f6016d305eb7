import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** As much of S3 as a store needs, on loopback: PUT, GET and HEAD of objects, path style. */
export const startS3Loopback = async () => {
  const objects = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '', 'http://s3').pathname;
    const body = await buffer(request);
    if (request.method === 'PUT') {
      objects.set(path, body);
      return void response.writeHead(200, { etag: '"x"' }).end();
    }
    const object = objects.get(path);
    if (!object) {
      const code = '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>none</Message></Error>';
      return void response.writeHead(404, { 'content-type': 'application/xml' }).end(code);
    }
    return void response
      .writeHead(200, { 'content-length': object.length })
      .end(request.method === 'HEAD' ? undefined : object);
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
