import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHttpApi } from '../../../local/index.ts';
import { manifestFile } from '../../engine/support/manifest-file.ts';
import { startTestHost } from '../../local/support/local.ts';
import { farBeyond } from '../../local/support/pace.ts';

const module = new URL('../../engine/handlers/tree.ts', import.meta.url).href;
const treeOf = (name: string) => ({
  name,
  module,
  environment: { MAX_WORK_PER_REQUEST: '2', NUM_PARALLEL_REQUESTS: '2', FUNCTION_ALIAS: 'live' },
});

const orchestrate = {
  name: 'orchestrate',
  module: new URL('../../../functions/orchestrate/handler.ts', import.meta.url).href,
  environment: { FUNCTIONS: 'red=red:live,blue=blue,gone=gone', MAX_CALLS: '2', MAX_SLOTS: '4' },
};

const numbered = (size: number) => Array.from({ length: size }, (_, n) => ({ n }));

const answersOf = (items: readonly unknown[]) => items.map((item) => ({ item, results: item }));

test('orchestrate over the local host', async (t) => {
  const host = await startTestHost(t, [orchestrate, treeOf('red'), treeOf('blue')], 6);
  const call = (payload: unknown) =>
    host.send({ FunctionName: 'orchestrate:live', Payload: Buffer.from(JSON.stringify(payload)) });
  const busyTrees = (from: number) => {
    let running = 0;
    let most = 0;
    for (const event of host.events.slice(from)) {
      if (!('functionName' in event) || event.functionName === 'orchestrate') continue;
      if (event.kind === 'invocation started') running += 1;
      if (event.kind === 'invocation ended') running -= 1;
      most = Math.max(most, running);
    }
    return most;
  };

  await t.test('sends one batch through two functions, unmodified, within its slots', async () => {
    const from = host.events.length;
    const items = numbered(15);
    const { payload } = await call({ items, functions: { b: 'blue', a: { function: 'red' } } });
    assert.deepEqual(Object.keys(payload), ['b', 'a']);
    for (const name of ['a', 'b']) {
      assert.deepEqual(
        payload[name].results.map(({ item, results }: Record<string, unknown>) => ({ item, results })),
        answersOf(items),
      );
      assert.deepEqual([payload[name].summary.items, payload[name].summary.version], [15, '1']);
    }
    const most = busyTrees(from);
    assert.ok(most >= 2 && most <= 4, `${most} at once`);
  });

  await t.test(
    'under collect reports items in their place and functions that are not to be had',
    async () => {
      const items = [...numbered(3), { fail: 'QuotaError' }];
      const { payload } = await call({
        items,
        functions: { a: 'red', b: { function: 'blue', options: { colour: 'red' } }, c: 'gone' },
        options: { onError: 'collect' },
      });
      assert.equal(payload.a.results[3].error.name, 'QuotaError');
      assert.deepEqual([payload.a.summary.succeeded, payload.a.summary.failed], [3, 1]);
      assert.equal(payload.b.error.name, 'InvalidRequestError');
      assert.match(payload.b.error.message, /unknown colour/);
      assert.match(payload.c.error.message, /Could not invoke gone:live: HTTP 404/);
    },
  );

  await t.test('under raise the first error of any function is its own', async () => {
    const { functionError, payload } = await call({
      items: [...numbered(5), { fail: 'QuotaError' }],
      functions: { a: 'red', b: 'blue' },
    });
    assert.equal(functionError, 'Unhandled');
    assert.equal(payload.errorType, 'QuotaError');
  });

  await t.test('its deadline is theirs', async () => {
    const ask = (items: readonly unknown[], options: object = {}) =>
      call({ items, functions: { a: 'red' }, options: { onError: 'collect', ...options } });
    const enoughMs = await farBeyond(() => ask(numbered(2)));
    const { payload } = await ask([{ n: 0 }, { hang: true }], { deadlineMs: Date.now() + enoughMs });
    assert.equal(payload.a.results[1].error.name, 'DeadlineExceededError');
    const late = await call({ items: [], functions: { a: 'red' }, options: { deadlineMs: 1 } });
    assert.equal(late.payload.errorType, 'DeadlineExceededError');
  });

  await t.test('answers over HTTP with a status', async () => {
    const post = async (body: unknown) => {
      const event = {
        version: '2.0',
        requestContext: { http: { method: 'POST' }, domainName: 'x.lambda-url.eu-central-1.on.aws' },
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        isBase64Encoded: false,
      };
      return (await call(event)).payload;
    };
    const good = await post({ items: numbered(1), functions: { a: 'red' } });
    assert.equal(good.statusCode, 200);
    assert.deepEqual(JSON.parse(good.body).a.results[0].results, { n: 0 });
    const bad = await post({ items: [], functions: { a: 'green' } });
    assert.equal(bad.statusCode, 400);
    assert.match(JSON.parse(bad.body).detail, /functions\.a: expected one of red, blue, gone/);
  });
});

test('a function that takes no call is a 429 through HTTP, and a ThrottledError in its place', async (t) => {
  const closed = { ...treeOf('red'), reservedConcurrency: 0 };
  const host = await startTestHost(t, [orchestrate, closed], 1);
  const routes = [{ method: 'POST', path: '/orchestrate', functionName: 'orchestrate' }];
  const api = await startHttpApi({ host, routes });
  t.after(api.close);
  const ask = (name: string, options: object) =>
    fetch(`${api.endpoint}/orchestrate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-droste-token': host.token },
      body: JSON.stringify({ items: numbered(3), functions: { a: name }, options }),
    });
  // one that is not there answers at once; a cold start would take its part of the time
  const hear = () => ask('gone', { onError: 'collect' });
  await hear();
  const enoughMs = await farBeyond(hear);
  const raised = await ask('red', { onError: 'raise', deadlineMs: Date.now() + enoughMs });
  const collected = await ask('red', { onError: 'collect', deadlineMs: Date.now() + enoughMs });
  assert.equal(raised.status, 429, await raised.clone().text());
  assert.equal(raised.headers.get('retry-after'), '1');
  const { name, detail } = (await raised.json()) as { name: string; detail: string };
  assert.equal(name, 'ThrottledError');
  assert.match(
    detail,
    /^Expected red to take a call before the deadline, received \d+ throttles and no answer/,
  );
  assert.equal(collected.status, 200);
  const { a } = (await collected.json()) as { a: { error: { name: string } } };
  assert.equal(a.error.name, 'ThrottledError');
});

test('a list goes through several functions, each of which stores a batch of its own, and goes on with it', async (t) => {
  const list = await manifestFile(
    t,
    numbered(20)
      .map((item) => JSON.stringify(item))
      .join('\n'),
  );
  const storing = (name: string) => {
    const { environment, ...fn } = treeOf(name);
    return { ...fn, environment: { ...environment, STORE: list.store, ALLOW_FILE: 'true' } };
  };
  const host = await startTestHost(t, [orchestrate, storing('red'), storing('blue')], 6);
  const call = async () => {
    const request = {
      manifest: list.uri,
      functions: { a: 'red', b: 'blue' },
      options: { onError: 'collect', resume: 'mine' },
    };
    const Payload = Buffer.from(JSON.stringify(request));
    return (await host.send({ FunctionName: 'orchestrate:live', Payload })).payload;
  };
  const first = await call();
  for (const name of ['a', 'b']) {
    assert.deepEqual([first[name].summary.items, first[name].summary.succeeded], [20, 20]);
    const { parts } = JSON.parse(await list.read(`batches/mine-${name}/index.json`));
    const texts = await Promise.all(parts.map(({ key }: { key: string }) => list.read(key)));
    const lines = texts
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ item, results }) => ({ item, results })),
      answersOf(numbered(20)),
    );
  }
  const again = await call();
  assert.deepEqual(
    [again.a.summary.invocations, again.b.summary.invocations],
    [1, 1],
    'nothing is done twice',
  );
});
