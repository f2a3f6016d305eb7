import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../engine/driver.ts';
import { createPartWriter } from '../../../engine/stored-batch/part-writer.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';

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
  assert.equal(name, 'TimeoutError');
  assert.match(message, /^STORE: expected to write a part to memory:, received TimeoutError: socket hang up/);
  const busy = Object.assign(new Error('Reduce your request rate.'), {
    name: 'SlowDown',
    $metadata: { httpStatusCode: 503 },
  });
  assert.equal((await endWith(busy)).name, 'SlowDown');
});
