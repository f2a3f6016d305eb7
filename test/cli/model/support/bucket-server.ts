import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

/** A bucket on loopback that takes PutObject, and Lambda's GetFunctionConfiguration. */
export interface BucketServer {
  readonly endpoint: string;
  /** By `bucket/key`, in the order they came. */
  readonly objects: Map<string, Buffer>;
  /** Statuses that the next puts are answered with instead. */
  readonly statuses: number[];
  /** Of the functions that there are. */
  readonly variables: Map<string, Readonly<Record<string, string>>>;
}

export const bucketServer = async (t: Pick<TestContext, 'after'>): Promise<BucketServer> => {
  const objects: BucketServer['objects'] = new Map();
  const statuses: number[] = [];
  const variables: BucketServer['variables'] = new Map();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://loopback');
    const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/.exec(pathname) ?? [];
    if (name !== undefined) {
      const known = variables.get(name);
      response.writeHead(known === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(known === undefined ? {} : { Environment: { Variables: known } }));
      return;
    }
    const content = await buffer(request);
    const status = statuses.shift();
    const checksum = createHash('sha256').update(content).digest('base64');
    const isWhole = request.headers['x-amz-checksum-sha256'] === checksum;
    if (status === undefined && isWhole) objects.set(decodeURIComponent(pathname.slice(1)), content);
    response.writeHead(status ?? (isWhole ? 200 : 400)).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, objects, statuses, variables };
};
