import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { startLocalHost } from '../../local/index.ts';
import {
  batchOperation,
  bridged,
  s3Notification,
  s3Record,
  sqsEvent,
} from '../engine/events/support/events.ts';
import { startS3Loopback } from '../platform/storage/s3-loopback.ts';

const samples = new URL('../../examples/pictures/', import.meta.url);

/** Classify and thumbnail on a local host with an inbox in a bucket, and the bucket. */
const withInbox = async (t: TestContext, variables: Readonly<Record<string, string>> = {}) => {
  const s3 = await startS3Loopback();
  t.after(() => s3.close());
  for (const name of ['lemon.jpg', 'sunset.webp', 'droste.png']) {
    const body = readFileSync(new URL(name, samples));
    s3.objects.set(`/photos/in/${name}`, { body, headers: {}, modifiedMs: 0 });
  }
  s3.objects.set('/photos/in/broken.jpg', { body: Buffer.from('no picture'), headers: {}, modifiedMs: 0 });
  const environment = {
    FUNCTION_ALIAS: 'live',
    INFERENCE_THREADS: '1',
    MAX_WORK_PER_REQUEST: '2',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    ALLOW_PRIVATE_ADDRESSES: 'loopback',
    INBOX: 's3://photos/in/',
    OUTPUT: 's3://photos/thumbnails/',
    ...variables,
  };
  const module = (name: string) => new URL(`../../functions/${name}/handler.ts`, import.meta.url).href;
  const host = await startLocalHost({
    concurrency: 3,
    functions: ['classify', 'thumbnail'].map((name) => ({
      name,
      module: module(name),
      environment: { ...environment, ...(name === 'thumbnail' && { INBOX_OPTIONS: '{"size": 20}' }) },
    })),
  });
  t.after(host.close);
  const invoke = async (name: string, event: unknown) => {
    const reply = await host.invoke(name, JSON.stringify(event), { qualifier: 'live' });
    assert.ok(reply.kind === 'executed', JSON.stringify(reply));
    return JSON.parse(reply.payload.toString());
  };
  const written = (key: string) => JSON.parse(s3.objects.get(`/photos/${key}`)?.body.toString() ?? '{}');
  const put = (key: string, sample: string) => {
    const body = readFileSync(new URL(sample, samples));
    s3.objects.set(`/photos/${encodeURI(key)}`, { body, headers: {}, modifiedMs: 0 });
  };
  return { invoke, written, put, keys: () => [...s3.objects.keys()] };
};

test('pictures that land in a bucket are answered beside them by each function, and only a broken one comes back', async (t) => {
  const { invoke, written, keys } = await withInbox(t);
  const delivery = sqsEvent(
    bridged('in/lemon.jpg'),
    s3Notification(s3Record('in/sunset.webp'), s3Record('in/droste.png')),
    bridged('in/broken.jpg'),
  );
  const failed = { batchItemFailures: [{ itemIdentifier: 'm2' }] };
  assert.deepEqual(await invoke('classify', delivery), failed);
  assert.deepEqual(await invoke('thumbnail', delivery), failed);
  const { image, results } = written('in/sunset.webp.classify.json');
  assert.equal(image, 's3://photos/in/sunset.webp');
  assert.equal(results.tags[0].class, 'orange');
  const { thumbnail } = written('in/sunset.webp.thumbnail.json').results;
  assert.equal(Math.max(thumbnail.width, thumbnail.height), 20);
  assert.ok(keys().includes(`/photos/${thumbnail.uri.slice('s3://photos/'.length)}`), thumbnail.uri);
  assert.ok(keys().includes('/photos/in/droste.png.classify.json'));
  assert.ok(!keys().some((key) => key.startsWith('/photos/in/broken.jpg.')));
});

/**
 * A queue as SQS is one, without its waits: what a delivery names as failed is delivered again, and put aside when it
 * has been received `tries` times; everything else is removed.
 */
const queueOf = (bodies: readonly unknown[], { batchSize, tries }: { batchSize: number; tries: number }) => {
  let waiting = bodies.map((body, index) => ({ body, messageId: `message-${index}`, received: 0 }));
  const deadLetters: { readonly body: unknown; readonly received: number }[] = [];
  const deliver = async (
    receive: (event: unknown) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>,
  ) => {
    const taken = waiting.slice(0, batchSize).map((one) => ({ ...one, received: one.received + 1 }));
    waiting = waiting.slice(batchSize);
    const event = sqsEvent(...taken.map(({ body }) => body));
    const Records = event.Records.map((record, index) => ({ ...record, messageId: taken[index]?.messageId }));
    const { batchItemFailures } = await receive({ Records });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const back = taken.filter(({ messageId }) => failed.has(messageId));
    deadLetters.push(...back.filter(({ received }) => received >= tries));
    waiting.push(...back.filter(({ received }) => received < tries));
  };
  return { deliver, deadLetters, waiting: () => waiting.length };
};

test('of what lands everything is answered in the end but a poison one, which is put aside after its tries', async (t) => {
  const { invoke, keys, put } = await withInbox(t);
  const names = Array.from({ length: 9 }, (_, index) => `in/picture ${index}.webp`);
  const late = 'in/late.webp';
  const arrived = [...names, late, 'in/broken.jpg'];
  for (const key of names) put(key, 'sunset.webp');
  const queue = queueOf(
    arrived.map((key) => bridged(key)),
    { batchSize: 4, tries: 3 },
  );
  let deliveries = 0;
  while (queue.waiting() > 0) {
    await queue.deliver((event) => invoke('classify', event));
    deliveries += 1;
    // it is told of before it can be read
    if (deliveries === 3) put(late, 'sunset.webp');
  }
  assert.deepEqual(
    queue.deadLetters.map(({ body, received }) => [body, received]),
    [[bridged('in/broken.jpg'), 3]],
  );
  for (const key of [...names, late]) {
    assert.ok(keys().includes(`/photos/${encodeURI(key)}.classify.json`), key);
  }
  assert.equal(keys().filter((key) => key.endsWith('.classify.json')).length, names.length + 1);
  assert.equal(deliveries, 5, 'three of what landed, and two of what came back');
});

test('S3 Batch Operations is answered by a function as it is', async (t) => {
  const { invoke } = await withInbox(t);
  const { results } = await invoke('classify', batchOperation('1.0', ['in/sunset.webp', 'in/broken.jpg']));
  assert.deepEqual(
    results.map(({ resultCode }: { readonly resultCode: string }) => resultCode),
    ['Succeeded', 'PermanentFailure'],
  );
  assert.equal(JSON.parse(results[0].resultString).tags[0].class, 'orange');
});

test('a function that would make thumbnails into its own inbox does not start', async (t) => {
  const { invoke } = await withInbox(t, { INBOX: 's3://photos/' });
  const { errorType, errorMessage } = await invoke('thumbnail', sqsEvent(bridged('in/lemon.jpg')));
  assert.equal(errorType, 'ConfigurationError');
  assert.match(
    errorMessage,
    /INBOX: expected a prefix below which nothing else is written \(s3:\/\/photos\/thumbnails\/ is\)/,
  );
});
