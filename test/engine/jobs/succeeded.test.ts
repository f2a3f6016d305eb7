import assert from 'node:assert/strict';
import { test } from 'node:test';
import { each } from '../../../engine/index.ts';
import { openStore } from '../../../platform/storage/index.ts';
import { manifestFile } from '../support/manifest-file.ts';
import { memoryTree } from '../support/memory-tree.ts';
import { numbers, startJobs } from './support.ts';

const REQUEST_ID = '4ea3f0f4-4b5e-4b6b-9a4e-9d6d7e6a0b1c';

/** What Lambda tells a destination. */
const record = (requestPayload: unknown, responsePayload: unknown) => ({
  version: '1.0',
  timestamp: '2026-11-21T20:00:00.000Z',
  requestContext: {
    requestId: REQUEST_ID,
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:fn:live',
    condition: 'Success',
    approximateInvokeCount: 1,
  },
  requestPayload,
  responseContext: { statusCode: 200, executedVersion: '7' },
  responsePayload,
});

const failure = { n: 2, error: { name: 'RangeError', message: 'no 2' } };

for (const [what, reply, lines] of [
  ['a list', [{ n: 1, results: 3 }, failure], [{ n: 1, results: 3 }, failure]],
  ['a batch', { results: [failure], summary: { items: 1 } }, [failure]],
  ['an empty batch', { results: [], summary: { items: 0 } }, []],
  ['one item', { n: 1, results: [1, 2] }, [{ n: 1, results: [1, 2] }]],
  ['what a function answers that is no tree', { stages: {} }, [{ stages: {} }]],
] as const) {
  test(`results of ${what} that nobody waited for are found by the id of the request`, async (t) => {
    const { ask, tell, store } = await startJobs(t);
    const url = `/jobs/${REQUEST_ID}/results`;
    assert.equal((await ask('GET', url)).status, 404);
    // a destination may be told twice
    await tell(record({}, reply));
    assert.deepEqual(await tell(record({}, reply)), { kept: true });
    const { status, body } = await ask('GET', url);
    assert.deepEqual([status, body], [200, lines]);
    const index = JSON.parse(String(await store.get(`batches/${REQUEST_ID}/index.json`)));
    const failed = lines.filter((line) => 'error' in line).length;
    assert.deepEqual([index.items, index.failed, index.missing], [lines.length, failed, []]);
  });
}

test('what is kept already is not kept again: a manifest, and objects that landed', async (t) => {
  const { tell, store } = await startJobs(t);
  const stored = { results: { index: 's3://b/store/batches/x/index.json', parts: 1 }, summary: { items: 3 } };
  await tell(record({ manifest: 's3://b/list.txt' }, stored));
  const landed = {
    Records: [
      {
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: 'b' }, object: { key: 'k' } },
      },
    ],
  };
  assert.deepEqual(await tell(record(landed, { items: 1 })), { kept: false });
  assert.deepEqual(await store.list('batches/'), []);
});

test('a reply that no destination takes is kept by whoever answers it, and a small one is not', async (t) => {
  const { store: url } = await manifestFile(t, '');
  const store = await openStore(url);
  const { run } = memoryTree(
    each((n: unknown) => `${n}`.padEnd(1_000, '.')),
    { itemKey: 'n', shape: { store: url, maxWork: 400 } },
  );
  await run(numbers(10));
  assert.deepEqual(await store.list('batches/'), []);
  const results = await run(numbers(300));
  const [part] = (await store.list('batches/request/parts/')).map(({ key }) => key);
  const kept = String(await store.get(part ?? ''))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(kept, results);
});
