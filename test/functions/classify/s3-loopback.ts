import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** What the server holds, by key. */
export interface LoopbackBucket {
  readonly endpoint: string;
  readonly objects: Map<string, Uint8Array>;
  /** Keys whose content arrives altered, under the checksum of what was stored. */
  readonly damaged: Set<string>;
}

/** Smaller than S3's 1,000, so that a handful of objects takes several pages. */
const pageSize = 2;

/** A server that speaks as much of S3 as the model store asks for: ListObjectsV2 and GetObject of one bucket. */
export const s3Loopback = async (test: TestContext, bucket: string): Promise<LoopbackBucket> => {
  const objects = new Map<string, Uint8Array>();
  const damaged = new Set<string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://loopback');
    const [, name, ...rest] = url.pathname.split('/').map(decodeURIComponent);
    if (name !== bucket) return refuse(response, 404, 'NoSuchBucket');
    if (url.searchParams.get('list-type') === '2') return list(response, objects, url.searchParams);
    return get(request, response, objects, damaged, rest.join('/'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, objects, damaged };
};

const list = (
  response: ServerResponse,
  objects: ReadonlyMap<string, Uint8Array>,
  query: URLSearchParams,
): unknown => {
  const keys = [...objects.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '')).sort();
  const from = Number(query.get('continuation-token') ?? 0);
  const page = keys.slice(from, from + pageSize);
  const next = from + pageSize;
  const contents = page.map((key) => {
    const content = objects.get(key) ?? new Uint8Array();
    return `<Contents><Key>${key}</Key><Size>${content.length}</Size><ETag>${etag(content)}</ETag></Contents>`;
  });
  const more =
    next < keys.length
      ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`
      : '<IsTruncated>false</IsTruncated>';
  response.setHeader('content-type', 'application/xml');
  return response.end(`<ListBucketResult>${more}${contents.join('')}</ListBucketResult>`);
};

const get = (
  request: IncomingMessage,
  response: ServerResponse,
  objects: ReadonlyMap<string, Uint8Array>,
  damaged: ReadonlySet<string>,
  key: string,
): unknown => {
  const content = objects.get(key);
  if (content === undefined) return refuse(response, 404, 'NoSuchKey');
  const wanted = request.headers['if-match'];
  if (wanted !== undefined && wanted !== etag(content)) return refuse(response, 412, 'PreconditionFailed');
  response.setHeader('etag', etag(content));
  if (request.headers['x-amz-checksum-mode'] === 'ENABLED') {
    response.setHeader('x-amz-checksum-sha256', createHash('sha256').update(content).digest('base64'));
  }
  const sent = damaged.has(key) ? content.map((byte) => byte ^ 1) : content;
  response.setHeader('content-length', sent.length);
  return response.end(sent);
};

const refuse = (response: ServerResponse, status: number, code: string): unknown => {
  response.statusCode = status;
  response.setHeader('content-type', 'application/xml');
  return response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
};

const etag = (content: Uint8Array): string => `"${createHash('md5').update(content).digest('hex')}"`;
