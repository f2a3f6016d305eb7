import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** An object as it was put. */
export interface PutObject {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

const refuse = (response: ServerResponse, status: number, code: string) =>
  void response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);

// an upload of the same content has the same ETag, as in S3
const etagOf = ({ body }: PutObject): string => `"${createHash('md5').update(body).digest('hex')}"`;

const listing = (objects: ReadonlyMap<string, PutObject>, path: string, prefix: string): string => {
  const bucket = `${path.replace(/\/$/, '')}/`;
  const contents = [...objects]
    .filter(([key]) => key.startsWith(`${bucket}${prefix}`))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([key, object]) =>
        `<Contents><Key>${key.slice(bucket.length)}</Key><Size>${object.body.length}</Size><ETag>${etagOf(object)}</ETag></Contents>`,
    );
  return `<?xml version="1.0"?><ListBucketResult>${contents.join('')}</ListBucketResult>`;
};

/**
 * As much of S3 as a store needs, on loopback, path style: PUT (If-None-Match), GET (Range, If-Match), HEAD and lists.
 * The bucket `forbidden` refuses everything. `conflicts` uploads are answered 409 first.
 */
export const startS3Loopback = async () => {
  const objects = new Map<string, PutObject>();
  const state = { conflicts: 0 };
  const server = createServer(async (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '', 'http://s3');
    const body = await buffer(request);
    if (path.startsWith('/forbidden')) return refuse(response, 403, 'AccessDenied');
    const object = objects.get(path);
    if (request.method === 'PUT') {
      if (state.conflicts > 0) {
        state.conflicts -= 1;
        return refuse(response, 409, 'ConditionalRequestConflict');
      }
      if (request.headers['if-none-match'] === '*' && object)
        return refuse(response, 412, 'PreconditionFailed');
      const put = { body, headers: request.headers };
      objects.set(path, put);
      return void response.writeHead(200, { etag: etagOf(put) }).end();
    }
    if (searchParams.get('list-type') === '2') {
      const xml = listing(objects, path, searchParams.get('prefix') ?? '');
      return void response.writeHead(200, { 'content-type': 'application/xml' }).end(xml);
    }
    if (!object) return refuse(response, 404, 'NoSuchKey');
    const etag = etagOf(object);
    if ((request.headers['if-match'] ?? etag) !== etag) return refuse(response, 412, 'PreconditionFailed');
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const content = from ? object.body.subarray(Number(from), Number(to) + 1) : object.body;
    return void response
      .writeHead(from ? 206 : 200, { 'content-length': content.length, etag })
      .end(request.method === 'HEAD' ? undefined : content);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    objects,
    state,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
};
