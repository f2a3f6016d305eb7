import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** As much of S3 as a store needs, on loopback: PUT, GET and HEAD of objects, path style. */
export const startS3Loopback = async () => {
  const objects = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '', 'http://s3');
    const body = await buffer(request);
    if (request.method === 'PUT') {
      objects.set(path, body);
      return void response.writeHead(200, { etag: '"x"' }).end();
    }
    if (searchParams.get('list-type') === '2') {
      const prefix = `${path.replace(/\/$/, '')}/${searchParams.get('prefix')}`;
      const bucketLength = prefix.length - (searchParams.get('prefix')?.length ?? 0);
      const contents = [...objects.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => `<Contents><Key>${key.slice(bucketLength)}</Key></Contents>`);
      const xml = `<?xml version="1.0"?><ListBucketResult>${contents.join('')}</ListBucketResult>`;
      return void response.writeHead(200, { 'content-type': 'application/xml' }).end(xml);
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
