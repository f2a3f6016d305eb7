import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../engine/driver.ts';
import { each } from '../../../engine/index.ts';
import { createPartWriter } from '../../../engine/stored-batch/part-writer.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';
import { startS3Loopback } from '../../platform/storage/s3-loopback.ts';
import { manifestFile } from '../support/manifest-file.ts';
import { memoryTree } from '../support/memory-tree.ts';

/** What an invocation ends with whose store fails when a part is written. */
const endWith = async (failure: Error): Promise<Error> => {
  const told: unknown[] = [];
  const writer = createPartWriter({
    store: { ...createMemoryStore(), put: () => Promise.reject(failure) },
    batch: 'b',
    clock: systemClock,
    mayWrite: async () => {},
    onFailed: (error) => told.push(error),
  });
  writer.add(0, '{}', false);
  const [thrown] = await Promise.all([
    writer.finish(0).then(
      () => assert.fail('expected it to fail'),
      (error: Error) => error,
    ),
  ]);
  assert.deepEqual(told, [thrown]);
  return thrown;
};

test('a part that the store refuses is a matter of configuration', async () => {
  const denied = Object.assign(new Error('Access Denied'), {
    name: 'AccessDenied',
    $fault: 'client',
    $metadata: { httpStatusCode: 403 },
  });
  const { name, message, cause } = await endWith(denied);
  assert.equal(name, 'ConfigurationError');
  assert.equal(message, 'STORE: expected to write a part to memory:, received AccessDenied: Access Denied');
  assert.equal(cause, denied);
});

test('a part that was lost on its way, or that the store had no time for, is none: another run may write it', async () => {
  const cut = Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
  const { name, message } = await endWith(cut);
  assert.equal(name, 'StoreError');
  assert.match(message, /^STORE: expected to write a part to memory:, received TimeoutError: socket hang up/);
  const busy = Object.assign(new Error('Reduce your request rate.'), {
    name: 'SlowDown',
    $metadata: { httpStatusCode: 503 },
  });
  assert.equal((await endWith(busy)).name, 'StoreError');
  const slow = Object.assign(
    new Error('Your socket connection to the server was not read from or written to.'),
    {
      name: 'RequestTimeout',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    },
  );
  assert.equal((await endWith(slow)).name, 'StoreError');
});

test('items of a child that could not write its part are done by another, and none is missing', async (t) => {
  const s3 = await startS3Loopback();
  t.after(s3.close);
  const environment = {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const before = { ...process.env };
  Object.assign(process.env, environment);
  t.after(() => {
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before);
  });
  // as often as the SDK tries by itself
  s3.state.cutParts = 3;
  const { uri } = await manifestFile(t, '1\n2\n3\n4\n5');
  const { run, seen } = memoryTree(
    // two of them are more than travels to a parent
    each((item: unknown) => `${item}`.repeat(300_000)),
    {
      clock: systemClock,
      shape: { store: 's3://bucket/store', allowFile: true, maxWork: 2, maxLanes: 1, slots: 2 },
    },
  );
  const { summary } = await run({ manifest: uri, options: { onError: 'collect' } });
  assert.equal(s3.state.cutParts, 0);
  assert.deepEqual([summary.succeeded, summary.failed, summary.missing], [5, 0, undefined]);
  assert.ok(seen.length > 0, 'a child was called');
});
