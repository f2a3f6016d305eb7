import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { readBatchOperation } from '../../../engine/events/batch-operations.ts';
import { readInbox } from '../../../engine/events/inbox.ts';
import type { InvocationContext } from '../../../engine/handler.ts';
import { each, type ItemContext, withEvents } from '../../../engine/public.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';
import { memoryTree } from '../support/memory-tree.ts';
import { batchOperation, bridged, s3Notification, s3Record, s3Test, sqsEvent } from './support/events.ts';

const context: InvocationContext = {
  awsRequestId: 'request',
  functionVersion: '7',
  getRemainingTimeInMillis: () => 60_000,
};

/** The length of a reference, after what its name asks for; `seen` are the items, in any order. */
const work = (seen: string[]) =>
  each((item: string, { options }: ItemContext<{ readonly add?: number | undefined }>) => {
    seen.push(item);
    if (item.includes('corrupt')) throw Object.assign(new Error('no picture'), { name: 'ImageDecodeError' });
    if (item.includes('gone')) throw Object.assign(new Error('reset'), { name: 'ImageFetchError' });
    return item.length + (options.add ?? 0);
  });

/** A function with an inbox at s3://photos/in/, and whatever comes of it. */
const eventful = (
  t: TestContext,
  variables: Readonly<Record<string, string>> = { INBOX: 's3://photos/in/' },
) => {
  const logged = t.mock.method(console, 'error', () => {});
  const seen: string[] = [];
  const store = createMemoryStore();
  const opened: string[] = [];
  const tree = memoryTree(work(seen), {
    itemKey: 'image',
    item: z.string(),
    options: { add: z.number().optional() },
    shape: { maxWork: 2 },
  });
  const handler = withEvents((event) => tree.run(event), {
    name: 'measure',
    itemKey: 'image',
    inbox: readInbox(variables),
    open: async (url) => {
      opened.push(url);
      return store;
    },
  });
  const results = async () =>
    Object.fromEntries(
      await Promise.all(
        (await store.list('')).map(async ({ key }) => [
          key,
          JSON.parse(Buffer.from((await store.get(key)) ?? []).toString()).results,
        ]),
      ),
    );
  return {
    // biome-ignore lint/suspicious/noExplicitAny: what a handler answered, for assertions
    run: async (event: unknown): Promise<any> => handler(event, context),
    tree,
    seen,
    store,
    opened,
    results,
    logged: () => logged.mock.calls.map(({ arguments: [text] }) => String(text)),
  };
};

const failures = (...ids: readonly string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

test('records of one delivery are one batch of the tree, whoever tells of them, and results lie beside the objects', async (t) => {
  const { run, tree, seen, results, opened } = eventful(t);
  const reply = await run(
    sqsEvent(
      s3Notification(s3Record('in/a+b%2Bc%C3%BC.jpg'), s3Record('in/second.jpg')),
      bridged('in/a+b%20c.jpg'),
      { Type: 'Notification', Message: JSON.stringify(s3Notification(s3Record('in/topic.jpg'))) },
      bridged('in/second.jpg'),
      bridged('in/deep/e.jpg'),
    ),
  );
  assert.deepEqual(reply, failures());
  const keys = ['in/a b+cü.jpg', 'in/second.jpg', 'in/a+b%20c.jpg', 'in/topic.jpg', 'in/deep/e.jpg'];
  assert.deepEqual(seen.toSorted(), keys.map((key) => `s3://photos/${key}`).toSorted());
  assert.ok(tree.seen.length > 0, 'more than one invocation should take are shared out');
  assert.deepEqual(
    await results(),
    Object.fromEntries(
      keys.map((key) => [`${key.slice('in/'.length)}.measure.json`, `s3://photos/${key}`.length]),
    ),
  );
  assert.deepEqual(opened, ['s3://photos/in/']);
});

test('only the messages of what failed come back, and the log says why', async (t) => {
  const { run, results, logged } = eventful(t);
  const reply = await run(
    sqsEvent(
      bridged('in/fine.jpg'),
      bridged('in/corrupt.jpg'),
      s3Notification(s3Record('in/good.jpg'), s3Record('in/gone.jpg')),
      'no event at all',
      bridged('in/x.jpg', { bucket: 'others' }),
      bridged('out/x.jpg'),
    ),
  );
  assert.deepEqual(reply, failures('m1', 'm2', 'm3', 'm4', 'm5'));
  assert.deepEqual(Object.keys(await results()), ['fine.jpg.measure.json', 'good.jpg.measure.json']);
  assert.deepEqual(logged(), [
    's3://photos/in/corrupt.jpg: ImageDecodeError: no picture',
    's3://photos/in/gone.jpg: ImageFetchError: reset',
    'message m3: InvalidRequestError: Expected an event of S3.',
    's3://others/in/x.jpg: InvalidRequestError: Expected an object below s3://photos/in/, received s3://others/in/x.jpg',
    's3://photos/out/x.jpg: InvalidRequestError: Expected an object below s3://photos/in/, received s3://photos/out/x.jpg',
  ]);
});

test('deletions, folders, S3’s test event and the function’s own results are no work', async (t) => {
  const { run, seen } = eventful(t);
  const events = [
    s3Test,
    s3Notification(s3Record('in/a.jpg', { eventName: 'ObjectRemoved:Delete' })),
    bridged('in/a.jpg', { type: 'Object Deleted' }),
    bridged('in/folder/'),
    bridged('in/a.jpg.measure.json'),
  ];
  assert.deepEqual(await run(sqsEvent(...events)), failures());
  for (const event of events) assert.deepEqual(await run(event), { items: 0 });
  assert.deepEqual(seen, []);
});

test('a result that cannot be written is a failure of that object alone', async (t) => {
  const { run, store } = eventful(t);
  const { put } = store;
  t.mock.method(store, 'put', async (key: string, content: Uint8Array) => {
    if (key.startsWith('b')) throw new Error('AccessDenied');
    return put(key, content);
  });
  assert.deepEqual(await run(sqsEvent(bridged('in/a.jpg'), bridged('in/b.jpg'))), failures('m1'));
});

test('what lands has the inbox’s options, and its results go where the inbox says', async (t) => {
  const { run, opened, results } = eventful(t, {
    INBOX: 's3://photos/in/',
    INBOX_RESULTS: 's3://results/measured',
    INBOX_OPTIONS: '{"add": 1000}',
  });
  await run(sqsEvent(bridged('in/a.jpg')));
  assert.deepEqual(opened, ['s3://results/measured/']);
  assert.deepEqual(await results(), { 'a.jpg.measure.json': 1000 + 's3://photos/in/a.jpg'.length });
});

test('an event that comes without a queue is worked on, and its first error thrown for Lambda to try again', async (t) => {
  const { run, results } = eventful(t);
  assert.deepEqual(await run(s3Notification(s3Record('in/a.jpg'))), { items: 1 });
  assert.deepEqual(await run(bridged('in/b.jpg')), { items: 1 });
  await assert.rejects(run(bridged('in/corrupt.jpg')), { name: 'ImageDecodeError', message: 'no picture' });
  assert.deepEqual(Object.keys(await results()), ['a.jpg.measure.json', 'b.jpg.measure.json']);
});

test('without an inbox nothing that lands is worked on for nothing', async (t) => {
  const { run, seen } = eventful(t, {});
  await assert.rejects(run(sqsEvent(bridged('in/a.jpg'))), {
    name: 'ConfigurationError',
    message: /^INBOX:/,
  });
  assert.deepEqual(seen, []);
});

test('requests and messages from parents pass through', async (t) => {
  const { run } = eventful(t);
  assert.deepEqual(await run({ images: ['abc'], options: { add: 1 } }).then(({ results }) => results), [
    { image: 'abc', results: 4 },
  ]);
  assert.deepEqual(await run('abc'), { image: 'abc', results: 3 });
});

for (const version of ['1.0', '2.0'] as const) {
  test(`S3 Batch Operations ${version} is told of every task what came of it`, async (t) => {
    const { run, seen } = eventful(t, {});
    const keys = ['a+b%2Bc.jpg', 'corrupt.jpg', 'gone.jpg', 'a+b%2Bc.jpg'];
    const { results, ...rest } = await run(batchOperation(version, keys));
    assert.deepEqual(rest, {
      invocationSchemaVersion: version,
      treatMissingKeysAs: 'TemporaryFailure',
      invocationId: 'YXNkbGZqYWRmaiBhc2RmdW9hZHNmZGpmaGFzbGtkaGZza2RmaAo',
    });
    const length = String('s3://photos/a b+c.jpg'.length);
    assert.deepEqual(results, [
      { taskId: 't0', resultCode: 'Succeeded', resultString: length },
      { taskId: 't1', resultCode: 'PermanentFailure', resultString: 'ImageDecodeError: no picture' },
      { taskId: 't2', resultCode: 'TemporaryFailure', resultString: 'ImageFetchError: reset' },
      { taskId: 't3', resultCode: 'Succeeded', resultString: length },
    ]);
    assert.equal(seen.length, 3, 'an object that two tasks name is worked on once');
  });
}

test('a job of S3 Batch Operations may say options, and an unknown schema is refused by name', async (t) => {
  const { run } = eventful(t, {});
  const { results } = await run(batchOperation('2.0', ['a'], { options: '{"add": 10}' }));
  assert.equal(results[0].resultString, String(10 + 's3://photos/a'.length));
  await assert.rejects(run(batchOperation('2.0', ['a'], { options: '[]' })), {
    name: 'InvalidRequestError',
    message: 'userArguments.options: expected a JSON object, received "[]"',
  });
  await assert.rejects(run({ ...batchOperation('2.0', ['a']), invocationSchemaVersion: '3.0' }), {
    name: 'InvalidRequestError',
    message: /invocationSchemaVersion: expected the invocation schema 1\.0 or 2\.0/,
  });
});

test('the user arguments of the documentation are options', () => {
  const page = readFileSync(new URL('../../../docs/what-starts-it.md', import.meta.url), 'utf8');
  const [, text = ''] = /^```json\n(\{ "options".*?)^```/ms.exec(page) ?? [];
  assert.deepEqual(readBatchOperation(batchOperation('2.0', ['a'], JSON.parse(text)))?.options, { topK: 1 });
});
