import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concurrent } from '../../client/concurrent.ts';
import { type Droste, droste, type FunctionTarget } from '../../client/droste.ts';
import { startLambdaServer } from '../engine/support/lambda-server.ts';
import { startTestHost } from '../local/support/local.ts';

const tree = {
  name: 'tree',
  module: new URL('../engine/handlers/tree.ts', import.meta.url).href,
  environment: { MAX_WORK_PER_REQUEST: '4', NUM_PARALLEL_REQUESTS: '2', FUNCTION_ALIAS: 'live' },
};

const version = { ...tree, name: 'version', module: new URL('./support/version.ts', import.meta.url).href };

const targetOf = (endpoint: string) =>
  ({
    functionName: 'tree',
    shape: { maxWork: 4, maxLanes: 2, slots: 4 },
    connection: {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
  }) satisfies FunctionTarget;

interface Item {
  readonly n?: number;
  readonly fail?: string;
  readonly exit?: boolean;
  readonly hang?: boolean;
}

const numbered = (size: number): Item[] => Array.from({ length: size }, (_, n) => ({ n }));

test('the client over the local host', async (t) => {
  const host = await startTestHost(t, [tree, version], 4);
  const target = targetOf(host.endpoint);
  const client: Droste<Item, Item> = droste(target);

  await t.test('maps any number of items in order, and never has more slots than it may', async () => {
    const from = host.events.length;
    const results = await client.map(numbered(300), { windowItems: 25 }).all();
    assert.deepEqual(results, numbered(300));
    let running = 0;
    let most = 0;
    for (const { kind } of host.events.slice(from)) {
      if (kind === 'invocation started') running += 1;
      if (kind === 'invocation ended') running -= 1;
      most = Math.max(most, running);
    }
    assert.ok(most >= 2 && most <= 4, `${most} at once`);
  });

  await t.test('gives results while later items are still being made', async () => {
    let made = 0;
    const items = async function* () {
      while (true) yield { n: made++ };
    };
    const seen: (number | undefined)[] = [];
    for await (const { n } of client.map(items(), { windowItems: 10 })) {
      seen.push(n);
      if (seen.length === 50) break;
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 50 }, (_, n) => n),
    );
    assert.ok(made <= 50 + 4 * 10, `${made} made`);
  });

  await t.test(
    'under collect every item has its result or its error, typed, and a crash its item',
    async () => {
      const items = numbered(12).with(3, { fail: 'QuotaError' }).with(7, { exit: true });
      const results = await client.map(items, { onError: 'collect', windowItems: 8 }).all();
      assert.deepEqual(
        results.map((settled) => ('error' in settled ? settled.error.name : settled.results)),
        numbered(12)
          .with(3, 'QuotaError' as never)
          .with(7, 'ChildInvocationError' as never),
      );
      assert.deepEqual(results[3]?.item, { fail: 'QuotaError' });
    },
  );

  await t.test('under raise the first error is thrown by its own name', async () => {
    const items = numbered(40).with(30, { fail: 'QuotaError' });
    await assert.rejects(client.map(items, { windowItems: 10 }).all(), { name: 'QuotaError' });
  });

  await t.test('an abort ends a map whose items hang', async () => {
    const controller = new AbortController();
    const earlier = new Set<unknown>(host.events);
    const mapping = client.map([{ n: 1 }, { hang: true }], { signal: controller.signal }).all();
    await host.event('invocation started', (event) => !earlier.has(event));
    controller.abort(new Error('Ctrl-C'));
    await assert.rejects(mapping, { message: 'Ctrl-C' });
  });

  await t.test('options that the function refuses are its error', async () => {
    await assert.rejects(client.map(numbered(1), { options: { colour: 'red' } }).all(), {
      name: 'InvalidRequestError',
      message: /unknown colour/,
    });
  });

  await t.test('no items are no results, and a window of none is refused', async () => {
    assert.deepEqual(await client.map([]).all(), []);
    assert.throws(() => client.map([], { windowItems: 0 }), { name: 'InvalidRequestError' });
  });

  await t.test('what is too large for one call is split', async () => {
    const large = Array.from({ length: 8 }, (_, n) => ({ n, text: `${n}`.repeat(1_500_000) }));
    assert.deepEqual(await client.map(large).all(), large);
  });

  await t.test('calls made close together travel together, and each has its own answer', async () => {
    const from = host.events.length;
    const { functionName, ...rest } = target;
    const call = concurrent<Item, Item>(functionName, rest);
    const settled = await Promise.allSettled([
      ...numbered(8).map((item) => call(item)),
      call({ fail: 'QuotaError' }),
    ]);
    assert.deepEqual(
      settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.name)),
      [...numbered(8), 'QuotaError'],
    );
    const started = host.events.slice(from).filter(({ kind }) => kind === 'invocation started');
    assert.ok(started.length <= 5, `${started.length} invocations`);
    assert.deepEqual(await call({ n: 9 }), { n: 9 });
  });

  await t.test('a version that is moved in the middle does not mix with the first', async () => {
    const items = async function* () {
      for (const item of numbered(60)) {
        if (item.n === 30) {
          host.publishVersion('version', { environment: { ...tree.environment, COLOUR: 'red' } });
          host.moveAlias('version', 'live', '2');
        }
        yield item;
      }
    };
    const versions = droste<Item, string>({ ...target, functionName: 'version' });
    const results = await versions.map(items(), { windowItems: 10 }).all();
    assert.deepEqual(results, new Array(60).fill('1'));
    assert.deepEqual(await versions.map(numbered(3)).all(), ['2', '2', '2']);
  });
});

test('a concurrent function whose signal is aborted rejects what is under way and what comes', async (t) => {
  const controller = new AbortController();
  const server = await startLambdaServer(t, (_, response) => {
    if (controller.signal.aborted) response.end('{}');
    else controller.abort(new Error('Ctrl-C'));
  });
  const { functionName, ...rest } = targetOf(server.endpoint);
  const call = concurrent<number, number>(functionName, { ...rest, signal: controller.signal });
  await assert.rejects(call(1), { message: 'Ctrl-C' });
  await assert.rejects(call(2), { message: 'Ctrl-C' });
  assert.equal(server.requests.length, 2, 'one call, and the request to stop what it began');
});

test('a concurrent function sends a full batch at once, and a call that fails alone by itself', async (t) => {
  const server = await startLambdaServer(t, (_, response) => response.writeHead(404).end('{}'));
  const { functionName, ...rest } = targetOf(server.endpoint);
  const call = concurrent<number, number>(functionName, { ...rest, gatherMs: 3_600_000 });
  const settled = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => call(n)));
  assert.ok(settled.every(({ status }) => status === 'rejected'));
  assert.equal(server.requests.length, 2);
});
