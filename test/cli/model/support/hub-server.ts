import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** A file of a repository. */
export interface ServedFile {
  readonly content: Buffer;
  /** Kept in Git LFS: known by its sha256. Others are known by their Git blob. */
  readonly lfs?: boolean;
}

/** A request that arrived. */
export interface SeenRequest {
  readonly place: 'hub' | 'cdn';
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** A hub on loopback, with a CDN of another origin, and the faults it is told. */
export interface HubServer {
  readonly endpoint: string;
  /** By `owner/name`. */
  readonly repositories: Map<string, ReadonlyMap<string, ServedFile>>;
  /** Requests so far, in order. */
  readonly seen: SeenRequest[];
  /** Repositories that answer 401, by the code they give. */
  readonly refused: Map<string, string>;
  /** Of the next answers with content: after how many bytes the connection is cut. */
  readonly cuts: number[];
  /** Statuses that the next requests for content are answered with instead. */
  readonly statuses: number[];
  /** Paths whose content arrives altered. */
  readonly wrong: Set<string>;
  /** Whether ranges are understood; default true. */
  ranges: boolean;
  /** Told of a graph that is asked for, which is then begun and never finished; default none. */
  onStall: (() => void) | undefined;
  /** What the repositories are described to have, beside their files. */
  card: object;
}

const serve = async (t: Pick<TestContext, 'after'>, listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const hexOf = (kind: 'sha1' | 'sha256', ...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash(kind);
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

export const COMMIT = 'c'.repeat(40);

const describe = (files: ReadonlyMap<string, ServedFile>, card: object) => ({
  sha: COMMIT,
  siblings: [...files].map(([rfilename, { content, lfs }]) => ({
    rfilename,
    size: content.length,
    blobId: hexOf('sha1', `blob ${content.length}\0`, content),
    ...(lfs && { lfs: { sha256: hexOf('sha256', content), size: content.length, pointerSize: 134 } }),
  })),
  ...card,
});

const sendContent = (
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  { cuts, ranges }: Pick<HubServer, 'cuts' | 'ranges'>,
): void => {
  const etag = `"${hexOf('sha256', content)}"`;
  const condition = request.headers['if-range'];
  const [, first] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const from = ranges && first !== undefined && (condition ?? etag) === etag ? Number(first) : undefined;
  response.setHeader('etag', etag);
  if (from !== undefined && from >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const body = content.subarray(from ?? 0);
  if (from !== undefined) {
    response.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`);
  }
  response.writeHead(from === undefined ? 200 : 206, { 'content-length': body.length });
  const cut = cuts.shift();
  if (cut === undefined || cut >= body.length) {
    response.end(body);
    return;
  }
  response.flushHeaders();
  // the bytes must have left before the connection ends
  response.write(body.subarray(0, cut), () => response.socket?.destroySoon());
};

/** Starts a hub: `/api/models/…`, `/<owner>/<name>/resolve/<commit>/<path>`, and a CDN it redirects to. */
export const hubServer = async (t: Pick<TestContext, 'after'>): Promise<HubServer> => {
  const repositories: HubServer['repositories'] = new Map();
  const seen: SeenRequest[] = [];
  const refused = new Map<string, string>();
  const wrong = new Set<string>();
  const state = {
    repositories,
    seen,
    refused,
    wrong,
    cuts: [] as number[],
    statuses: [] as number[],
    ranges: true,
    onStall: undefined as HubServer['onStall'],
    card: { cardData: { license: 'apache-2.0' } } as object,
  };

  const fileAt = (path: string) => {
    const [, name = '', file = ''] = /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(path) ?? [];
    return { name, file, served: repositories.get(name)?.get(file) };
  };

  const cdn = await serve(t, (request, response) => {
    const path = request.url ?? '';
    seen.push({ place: 'cdn', path, headers: request.headers });
    const status = state.statuses.shift();
    const { file, served } = fileAt(path);
    if (status !== undefined || served === undefined) {
      response.writeHead(status ?? 404, { 'retry-after': '7' }).end();
      return;
    }
    const content = wrong.has(file) ? Buffer.from(served.content.map((byte) => byte ^ 1)) : served.content;
    if (state.onStall !== undefined && file.endsWith('.onnx')) {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 100), state.onStall);
      return;
    }
    sendContent(request, response, content, state);
  });

  const endpoint = await serve(t, (request, response) => {
    const path = request.url ?? '';
    seen.push({ place: 'hub', path, headers: request.headers });
    const name = /^\/api\/models\/([^?]+)/.exec(path)?.[1] ?? fileAt(path).name;
    const files = repositories.get(name);
    const code = refused.get(name);
    if (code !== undefined) response.writeHead(401, { 'x-error-code': code }).end();
    else if (files === undefined) response.writeHead(404).end();
    else if (path.startsWith('/api/')) response.end(JSON.stringify(describe(files, state.card)));
    else response.writeHead(302, { location: `${cdn}${path}` }).end();
  });
  return Object.assign(state, { endpoint });
};
