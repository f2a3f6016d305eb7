import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withHttp } from '../../../engine/http/entrance.ts';
import { each, recursive } from '../../../engine/index.ts';
import { REPLY_MAX_BYTES } from '../../../platform/aws-quotas.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';
import { httpApiEvent } from '../http/support/events.ts';
import { memoryTree } from '../support/memory-tree.ts';

const upTo = (size: number) => Array.from({ length: size }, (_, index) => index);

const circle = () => {
  const result: Record<string, unknown> = {};
  result.self = result;
  return result;
};

const MEGABYTE = 1024 * 1024;

const bad: Readonly<Record<number, () => unknown>> = {
  3: () => 5n,
  11: circle,
  17: () => 'x'.repeat(7 * MEGABYTE),
  23: () => () => 'a function',
  29: () => ({
    toJSON: () => {
      throw new RangeError('no');
    },
  }),
};

test('a result that JSON cannot carry, or no reply, is the error of its item, and nobody else pays for it', async () => {
  const executed: number[] = [];
  const { run } = memoryTree(
    each((item: number) => {
      executed.push(item);
      return bad[item]?.() ?? item;
    }),
  );
  const { results, summary } = await run({ items: upTo(40), options: { onError: 'collect' } });
  assert.deepEqual([summary.succeeded, summary.failed], [35, 5]);
  for (const item of upTo(40)) if (!bad[item]) assert.deepEqual(results[item], { item, results: item });
  assert.deepEqual(
    Object.keys(bad).map((item) => results[Number(item)].error.name),
    ['TypeError', 'TypeError', 'PayloadTooLargeError', 'TypeError', 'TypeError'],
  );
  assert.match(results[3].error.message, /JSON can carry, received.*BigInt/);
  assert.match(results[17].error.message, /at most \d+ bytes, received 7340034/);
  assert.deepEqual(
    executed.toSorted((a, b) => a - b),
    upTo(40),
    'each of them once',
  );
});

test('an outcome that is none costs the others of its round nothing', async () => {
  const work = async (items: readonly number[]) =>
    items.map((item) => (item === 1 ? 'none' : { results: item }) as { results: number });
  const { results } = await memoryTree(work).run({ items: [0, 1], options: { onError: 'collect' } });
  assert.deepEqual(results[0], { item: 0, results: 0 });
  assert.match(results[1].error.message, /for every item, received string/);
});

test('results too large for one reply are answered as far as there is room, and the rest when it is asked for', async () => {
  let executions = 0;
  const { run } = memoryTree(
    each((item: number) => {
      executions += 1;
      return String(item % 10).repeat(MEGABYTE / 2);
    }),
    { shape: { maxWork: 8, maxLanes: 4, slots: 5 } },
  );
  const items = upTo(60);
  const answered = new Map<number, string>();
  let resume: string | undefined;
  do {
    const reply = await run({ items, options: { onError: 'collect', ...(resume && { resume }) } });
    assert.ok(Buffer.byteLength(JSON.stringify(reply)) <= REPLY_MAX_BYTES);
    const before = answered.size;
    for (const [at, { index = at, results, error }] of reply.results.entries()) {
      if (results === undefined) assert.match(error.name, /^(PayloadTooLarge|DeadlineExceeded)Error$/);
      else answered.set(index, results);
    }
    assert.ok(answered.size > before, 'every reply brings some of them');
    resume = reply.summary.resume;
  } while (resume);
  for (const item of items) assert.equal(answered.get(item)?.[0], String(item % 10));
  assert.ok(executions < 5 * items.length, `${executions} executions`);
});

test('under raise results that no reply can carry are an error before all of them are made', async () => {
  let executions = 0;
  const { run } = memoryTree(
    each(() => {
      executions += 1;
      return 'x'.repeat(MEGABYTE);
    }),
  );
  await assert.rejects(run(upTo(200)), { name: 'PayloadTooLargeError' });
  assert.ok(executions < 100, `${executions} executions`);
});

test('an error of many megabytes is told by its beginning', async () => {
  const { run } = memoryTree(each(() => Promise.reject(new TypeError('x'.repeat(8 * MEGABYTE)))));
  const { results } = await run({ items: upTo(4), options: { onError: 'collect' } });
  for (const { error } of results) assert.match(error.message, /^x{16384}… \(8388608 characters\)$/);
});

for (const megabytes of [5.6, 5.9, 6.2]) {
  test(`a reply of ${megabytes} MB goes through HTTP: put aside where there is a store, and a 413 where there is none`, async () => {
    const store = createMemoryStore();
    // every quote in it is two bytes inside HTTP
    const result = Array.from({ length: 1000 }, () => '"'.repeat(Math.ceil((megabytes * MEGABYTE) / 2006)));
    const config = {
      functionName: undefined,
      qualifier: undefined,
      functionVersion: '7',
      store: undefined,
      allowFile: false,
      maxWork: 8,
      maxLanes: 0,
      slots: 1,
      maxDepth: 1,
    };
    const context = { awsRequestId: 'r', functionVersion: '7', getRemainingTimeInMillis: () => 60_000 };
    const ask = async (openStore?: () => Promise<typeof store>) => {
      const handler = withHttp(
        recursive(
          each(() => result),
          { config, ...(openStore && { openStore }) },
        ),
      );
      return (await handler(httpApiEvent({ body: '[1]' }), context)) as { statusCode: number; body: string };
    };
    const stored = await ask(async () => store);
    assert.ok(Buffer.byteLength(JSON.stringify(stored)) <= REPLY_MAX_BYTES);
    assert.equal(stored.statusCode, 200);
    const { claim } = JSON.parse(stored.body);
    const content = await store.get(`claims/${claim.sha256}`);
    assert.deepEqual(JSON.parse(Buffer.from(content ?? []).toString()), [{ item: 1, results: result }]);

    const storeless = await ask();
    assert.equal(storeless.statusCode, 413);
    assert.equal(JSON.parse(storeless.body).name, 'PayloadTooLargeError');
  });
}
