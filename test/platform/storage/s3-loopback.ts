import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** An object as it was put. */
export interface PutObject {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** Epoch ms; S3 tells whole seconds. */
  readonly modifiedMs: number;
}

const refuse = (response: ServerResponse, status: number, code: string) =>
  void response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);

// an upload of the same content has the same ETag, as in S3
const etagOf = ({ body }: PutObject): string => `"${createHash('md5').update(body).digest('hex')}"`;

/** Smaller than S3's 1,000, so that a handful of objects takes several pages. */
const PAGE_SIZE = 2;

const listing = (objects: ReadonlyMap<string, PutObject>, path: string, query: URLSearchParams): string => {
  const bucket = `${path.replace(/\/$/, '')}/`;
  const from = Number(query.get('continuation-token') ?? 0);
  const found = [...objects]
    .filter(([key]) => key.startsWith(`${bucket}${query.get('prefix') ?? ''}`))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const contents = found
    .slice(from, from + PAGE_SIZE)
    .map(
      ([key, object]) =>
        `<Contents><Key>${key.slice(bucket.length)}</Key><Size>${object.body.length}</Size><LastModified>${new Date(object.modifiedMs).toISOString()}</LastModified><ETag>${etagOf(object)}</ETag></Contents>`,
    );
  const next = from + PAGE_SIZE;
  const more =
    next < found.length
      ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`
      : '<IsTruncated>false</IsTruncated>';
  return `<?xml version="1.0"?><ListBucketResult>${more}${contents.join('')}</ListBucketResult>`;
};

/**
 * As much of S3 as a store needs, on loopback, path style: PUT (If-None-Match), GET (Range, If-Match), HEAD and lists.
 * The bucket `forbidden` refuses everything. Of `state.conflicts` uploads each is
 * answered 409 first, and of `state.cutParts` uploads of parts the connection is cut; with `state.cutsRefusals` the bodies of refusals for a condition are cut on their way; a path in `damaged` arrives altered, under the checksum of what was put.
 */
export const startS3Loopback = async () => {
  const objects = new Map<string, PutObject>();
  const state = { conflicts: 0, cutParts: 0, cutsRefusals: false };
  const damaged = new Set<string>();
  const refuseCondition = (response: ServerResponse): void => {
    if (state.cutsRefusals) {
      response.writeHead(412, { 'content-type': 'application/xml', 'content-length': 1_000 });
      response.write('<Error>', () => response.destroy());
    } else {
      refuse(response, 412, 'PreconditionFailed');
    }
  };
  const server = createServer(async (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '', 'http://s3');
    const body = await buffer(request);
    if (path.startsWith('/forbidden')) return refuse(response, 403, 'AccessDenied');
    const object = objects.get(path);
    if (request.method === 'PUT') {
      if (state.cutParts > 0 && path.includes('/parts/')) {
        state.cutParts -= 1;
        return void request.socket.destroy();
      }
      if (state.conflicts > 0) {
        state.conflicts -= 1;
        return refuse(response, 409, 'ConditionalRequestConflict');
      }
      if (request.headers['if-none-match'] === '*' && object) return refuseCondition(response);
      const put = { body, headers: request.headers, modifiedMs: Math.floor(Date.now() / 1_000) * 1_000 };
      objects.set(path, put);
      return void response.writeHead(200, { etag: etagOf(put) }).end();
    }
    if (searchParams.get('list-type') === '2') {
      const xml = listing(objects, path, searchParams);
      return void response.writeHead(200, { 'content-type': 'application/xml' }).end(xml);
    }
    if (!object) return refuse(response, 404, 'NoSuchKey');
    const etag = etagOf(object);
    if ((request.headers['if-match'] ?? etag) !== etag) return refuseCondition(response);
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const content = from ? object.body.subarray(Number(from), Number(to) + 1) : object.body;
    const sent = damaged.has(path) ? content.map((byte) => byte ^ 1) : content;
    const sha256 = createHash('sha256').update(object.body).digest('base64');
    // S3 knows none of a part
    const checksum = !from &&
      request.headers['x-amz-checksum-mode'] === 'ENABLED' && {
        'x-amz-checksum-sha256': sha256,
      };
    return void response
      .writeHead(from ? 206 : 200, {
        'content-length': sent.length,
        'last-modified': new Date(object.modifiedMs).toUTCString(),
        etag,
        ...checksum,
      })
      .end(request.method === 'HEAD' ? undefined : sent);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    objects,
    damaged,
    state,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
};
