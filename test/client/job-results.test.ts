import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connectJobs } from '../../client/index.ts';
import { numbers, startJobs } from '../engine/jobs/support.ts';

/** So long that fifty are more than a page. */
const BYTES = 100_000;
const ITEMS = 50;

/**
 * A job of many results, whose parts are at an address of their own.
 *
 * @param has whether a request for a part, counted from 1, is answered
 */
const startLarge = async (t: TestContext, has: (request: number) => boolean) => {
  let requests = 0;
  const server = createServer(async ({ url = '' }, response) => {
    requests += 1;
    const content = has(requests) ? await store.get(decodeURIComponent(url.slice(1))) : undefined;
    response.writeHead(content ? 200 : 403).end(content);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { ask, tell, ended, store } = await startJobs(t, {
    item: (n) => `${n}`.padEnd(BYTES, '.'),
    presign: (key) => `${origin}/${encodeURIComponent(key)}`,
  });
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: numbers(ITEMS) });
  await ended();
  const asked: string[] = [];
  const jobs = connectJobs({
    invoke: async ({ payload }) => {
      const event = JSON.parse(payload);
      asked.push(new URLSearchParams(event.queryStringParameters).toString());
      return { kind: 'replied', payload: JSON.stringify(await tell(event)) };
    },
  });
  const read = async () => {
    const places: number[] = [];
    for await (const line of jobs.results(body.id)) {
      const { n, results } = JSON.parse(line);
      assert.equal(results.length, BYTES);
      places.push(n);
    }
    return places;
  };
  return { ask, id: body.id as string, read, asked, requests: () => requests };
};

test('results that are more than a page are read from where they are, in order', async (t) => {
  const { ask, id, read, asked, requests } = await startLarge(t, () => true);
  assert.deepEqual(await read(), numbers(ITEMS));
  assert.deepEqual(asked, ['from=0&links=true']);
  assert.ok(requests() > 1);

  const { headers, body } = await ask('GET', `/jobs/${id}/results?from=7&links=true`);
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(body.parts[0].start, 7);
  assert.equal(body.parts.at(-1).end, ITEMS);
  // the rest is no more than a page
  const rest = await ask('GET', `/jobs/${id}/results?from=40&links=true`);
  assert.deepEqual(
    rest.body.map(({ n }: { n: number }) => n),
    numbers(ITEMS).slice(40),
  );
  // and who does not ask for links is given none
  const page = await ask('GET', `/jobs/${id}/results`);
  assert.match(page.headers.link ?? '', /results\?from=\d+>; rel="next"/);
});

test('links that have grown old are asked for again, from where they ended', async (t) => {
  const { read, asked } = await startLarge(t, (request) => request !== 3);
  assert.deepEqual(await read(), numbers(ITEMS));
  assert.equal(asked.length, 2);
  assert.match(asked[1] ?? '', /^from=[1-9]\d*&links=true$/);
});

test('where there is no way to the bucket, results come through the function', async (t) => {
  const { read, asked } = await startLarge(t, () => false);
  assert.deepEqual(await read(), numbers(ITEMS));
  assert.deepEqual([asked[0], asked[1]], ['from=0&links=true', 'from=0']);
  assert.ok(asked.slice(1).every((query) => !query.includes('links')));
});
