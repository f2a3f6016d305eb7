import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { each, readRecursionConfig, recursive } from '../engine/index.ts';
import { parseReference } from '../images/index.ts';
import { createSources } from '../images/sources/index.ts';
import { seededRandom } from '../planner/simulator/index.ts';
import { median } from './statistics.ts';

const DOWNLOADS = 100;
/** Downloads at once in one invocation. */
const CONCURRENCY = 32;
/** The concurrent run takes a second, the serial one 25. */
const PASSES = 5;
const BYTES = 20_000;
const SEED = 1;

/** A server that answers each path after a time of its own, from 100 to 400 ms. */
const startServer = async () => {
  const random = seededRandom(SEED);
  const latencies = Array.from({ length: DOWNLOADS }, () => 100 + 300 * random());
  const body = Buffer.alloc(BYTES, 'x');
  const server = createServer((request, response) => {
    setTimeout(() => response.end(body), latencies[Number(request.url?.slice(1))] ?? 0);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    urls: latencies.map((_, n) => `${origin}/${n}`),
    leastMs: leastMs(latencies, CONCURRENCY),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** The least time in which so many at once, taken in order, can be done. */
const leastMs = (latencies: readonly number[], atOnce: number): number => {
  const busyUntil = Array.from({ length: atOnce }, () => 0);
  for (const latency of latencies) {
    const first = busyUntil.indexOf(Math.min(...busyUntil));
    busyUntil[first] = (busyUntil[first] ?? 0) + latency;
  }
  return Math.max(...busyUntil);
};

/** 100 downloads by one invocation, 32 at a time, against the same downloads one after another. */
export const downloads = async (): Promise<void> => {
  const server = await startServer();
  const sources = createSources({ allowHttp: true, allowFile: false, allowPrivate: 'loopback' });
  const fetchOne = async (url: string): Promise<number> =>
    (await sources.fetch(parseReference(url))).byteLength;
  // in place, and all of them one invocation's work: what is measured is the overlap of downloads
  const config = readRecursionConfig({ MAX_WORK_PER_REQUEST: `${DOWNLOADS}` });
  const handler = recursive(each(fetchOne, { concurrency: CONCURRENCY }), { itemKey: 'url', config });
  const context = {
    awsRequestId: 'bench',
    functionVersion: '$LATEST',
    getRemainingTimeInMillis: () => 900_000,
  };
  const timed = async (run: () => Promise<unknown>): Promise<number> => {
    const startMs = performance.now();
    await run();
    return performance.now() - startMs;
  };

  try {
    await handler(server.urls, context);
    const times: number[] = [];
    for (let pass = 0; pass < PASSES; pass++) times.push(await timed(() => handler(server.urls, context)));
    const serialMs = await timed(async () => {
      for (const url of server.urls) await fetchOne(url);
    });
    const ours = median(times);
    console.log(
      `${DOWNLOADS} downloads of 100 to 400 ms: droste ${ours.toFixed(0)} ms at ${CONCURRENCY} at once, ` +
        `serial ${serialMs.toFixed(0)} ms, ratio ${(serialMs / ours).toFixed(1)} (target 25; ` +
        `in this order ${CONCURRENCY} at once cannot be below ${server.leastMs.toFixed(0)} ms)`,
    );
  } finally {
    server.close();
    await sources.close();
  }
};
