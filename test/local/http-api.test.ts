import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { type HttpApi, type HttpRoute, type InvokeOptions, startHttpApi } from '../../local/index.ts';
import { buildGate } from './support/gate.ts';
import { handlerUrl, startTestHost } from './support/local.ts';

const HTTP = { name: 'http', module: handlerUrl('http.ts') };
const ROUTES: readonly HttpRoute[] = [
  { method: 'POST', path: '/classify', functionName: 'http', qualifier: 'live' },
  { method: 'ANY', path: '/event', functionName: 'http' },
  { method: 'GET', path: '/fail', functionName: 'http' },
  { method: 'GET', path: '/bytes', functionName: 'http' },
  { method: 'GET', path: '/nobody', functionName: 'nobody' },
];

interface Asked extends Omit<RequestInit, 'headers'> {
  readonly headers?: Record<string, string>;
}

/** `fetch` of a path, with the token. */
const asker =
  ({ endpoint }: HttpApi, token: string) =>
  (path: string, { headers, ...init }: Asked = {}): Promise<Response> =>
    fetch(`${endpoint}${path}`, { ...init, headers: { 'x-droste-token': token, ...headers } });

const startApi = async (t: TestContext, routes = ROUTES) => {
  const host = await startTestHost(t, [HTTP], 1);
  const api = await startHttpApi({ host, routes });
  t.after(api.close);
  return asker(api, host.token);
};

const JSON_TYPE = { 'content-type': 'application/json' };

test('a request becomes an event of payload format 2.0', async (t) => {
  const ask = await startApi(t);
  const reply = await ask('/event?a=1&a=2&b=%20x', {
    method: 'PUT',
    headers: { ...JSON_TYPE, cookie: 'one=1; two=2', 'X-Own': 'mine', 'user-agent': 'test' },
    body: '{"é":1}',
  });
  assert.equal(reply.status, 200);
  const event = await reply.json();
  const { requestContext, headers, ...others } = event as Record<string, Record<string, unknown>>;
  assert.deepEqual(others, {
    version: '2.0',
    routeKey: 'ANY /event',
    rawPath: '/event',
    rawQueryString: 'a=1&a=2&b=%20x',
    cookies: ['one=1', 'two=2'],
    queryStringParameters: { a: '1,2', b: ' x' },
    body: '{"é":1}',
    isBase64Encoded: false,
  });
  assert.equal(headers?.['x-own'], 'mine');
  assert.equal(headers?.cookie, undefined);
  const { requestId, time, timeEpoch, ...context } = requestContext ?? {};
  assert.deepEqual(context, {
    accountId: '123456789012',
    apiId: 'local',
    domainName: '127.0.0.1',
    domainPrefix: 'local',
    http: { method: 'PUT', path: '/event', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
    routeKey: 'ANY /event',
    stage: '$default',
  });
  assert.equal(reply.headers.get('apigw-requestid'), requestId);
  assert.match(String(time), /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  assert.equal(typeof timeEpoch, 'number');
});

test('a body that is no text travels as base64, a missing one not at all', async (t) => {
  const ask = await startApi(t);
  const bytes = Buffer.from([0xff, 0xd8, 0x00]);
  for (const type of ['image/jpeg', 'application/octet-stream', 'application/x-www-form-urlencoded']) {
    const reply = await ask('/event', {
      method: 'POST',
      headers: { 'content-type': type },
      body: bytes,
    });
    const { body, isBase64Encoded } = (await reply.json()) as { body: string; isBase64Encoded: boolean };
    assert.equal(isBase64Encoded, true, type);
    assert.deepEqual(Buffer.from(body, 'base64'), bytes);
  }
  const event = await (await ask('/event')).json();
  assert.equal((event as { isBase64Encoded: boolean }).isBase64Encoded, false);
  assert.equal(Object.hasOwn(event as object, 'body'), false);
});

test('a result is the response it describes, or else a 200 of itself', async (t) => {
  const ask = await startApi(t);
  const answerTo = async (result: unknown) => {
    const reply = await ask('/classify', {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify(result),
    });
    const { status, headers } = reply;
    return { status, type: headers.get('content-type'), headers, body: await reply.text() };
  };
  const own = await answerTo({
    statusCode: 422,
    headers: { 'Content-Type': 'application/problem+json', 'X-Count': 3 },
    cookies: ['a=1', 'b=2; Secure'],
    body: '{"title":"no"}',
  });
  assert.deepEqual([own.status, own.type, own.body], [422, 'application/problem+json', '{"title":"no"}']);
  assert.equal(own.headers.get('x-count'), '3');
  assert.deepEqual(own.headers.getSetCookie(), ['a=1', 'b=2; Secure']);

  const plain = await answerTo({ statusCode: 201, body: 'made' });
  assert.deepEqual([plain.status, plain.type, plain.body], [201, 'text/plain; charset=utf-8', 'made']);
  for (const [result, body] of [
    [{ tags: [] }, '{"tags":[]}'],
    [[1, 2], '[1,2]'],
    ['hello', 'hello'],
    [null, 'null'],
  ] as const) {
    const inferred = await answerTo(result);
    assert.deepEqual([inferred.status, inferred.type, inferred.body], [200, 'application/json', body]);
  }
  for (const malformed of [
    { statusCode: 'two hundred' },
    { statusCode: 200, body: { not: 'text' } },
    { statusCode: 200, headers: { 'bad name': '1' } },
    { statusCode: 200, headers: { ok: 'line\nbreak' } },
  ]) {
    const wrong = await answerTo(malformed);
    assert.deepEqual([wrong.status, wrong.body], [500, '{"message":"Internal Server Error"}']);
  }
});

test('a base64 body is sent as the bytes it stands for', async (t) => {
  const ask = await startApi(t);
  const reply = await ask('/bytes');
  assert.deepEqual(Buffer.from(await reply.arrayBuffer()), Buffer.from('gICA', 'base64'));
});

test('what no route leads to is not found, and what fails is an internal error without details', async (t) => {
  const ask = await startApi(t);
  for (const [method, path, status, message] of [
    ['GET', '/classify', 404, 'Not Found'],
    ['POST', '/classify/', 404, 'Not Found'],
    ['GET', '/fail', 500, 'Internal Server Error'],
    ['GET', '/nobody', 500, 'Internal Server Error'],
  ] as const) {
    const reply = await ask(path, { method });
    assert.deepEqual([reply.status, await reply.json()], [status, { message }], `${method} ${path}`);
  }
});

test('a body above API Gateway’s limit, or above Lambda’s, is too large', async (t) => {
  const ask = await startApi(t);
  for (const bytes of [10 * 1024 * 1024 + 1, 7 * 1024 * 1024]) {
    const reply = await ask('/event', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'x'.repeat(bytes),
    });
    assert.deepEqual([reply.status, await reply.json()], [413, { message: 'Request Entity Too Large' }]);
  }
});

/** A host with one environment, in front of it an HTTP API whose requests stay until the gate is opened. */
const startWaiting = async (t: TestContext, concurrency = 1, timeoutMs?: number) => {
  const gate = await buildGate();
  t.after(gate.close);
  const host = await startTestHost(t, [{ name: 'wait', module: handlerUrl('wait.ts') }], concurrency);
  const asked = new EventEmitter();
  const toGate = {
    token: host.token,
    invoke: (name: string, _event: unknown, options?: InvokeOptions) => {
      asked.emit('asked');
      return host.invoke(name, JSON.stringify({ port: gate.port }), options);
    },
  };
  const routes = [{ method: 'ANY', path: '$default', functionName: 'wait' }];
  const api = await startHttpApi({ host: toGate, routes, ...(timeoutMs !== undefined && { timeoutMs }) });
  t.after(api.close);
  return {
    gate,
    host,
    asked,
    ask: asker(api, host.token),
    send: () => host.send({ Payload: JSON.stringify({ port: gate.port }) }),
  };
};

test('a function that is slower than the gateway is answered for with 504, and runs on', async (t) => {
  const { gate, host, ask } = await startWaiting(t, 1, 1);
  const slow = await ask('/anything');
  assert.deepEqual([slow.status, await slow.json()], [504, { message: 'Endpoint request timed out' }]);
  await gate.arrival();
  gate.open();
  assert.equal((await host.event('invocation ended')).errorType, undefined);
});

test('requests from outside wait for an environment, and all are answered; a call by the SDK is throttled', async (t) => {
  const { gate, host, ask, send } = await startWaiting(t);
  const requests = Array.from({ length: 20 }, () => ask('/anything'));
  await gate.arrival();
  await assert.rejects(send(), { name: 'TooManyRequestsException' });
  for (let answered = 0; answered < requests.length; answered += 1) {
    gate.open();
    if (answered < requests.length - 1) await gate.arrival();
  }
  for (const reply of await Promise.all(requests)) assert.equal(reply.status, 200);
  assert.equal(host.events.filter(({ kind }) => kind === 'throttled').length, 1);
});

test('a request that finds no environment in the gateway’s time is a 503 that says when to try again', async (t) => {
  const { gate, ask, send } = await startWaiting(t, 1, 50);
  const running = send();
  await gate.arrival();
  const busy = await ask('/anything');
  assert.deepEqual([busy.status, await busy.json()], [503, { message: 'Service Unavailable' }]);
  assert.equal(busy.headers.get('retry-after'), '1');
  gate.open();
  assert.equal((await running).payload, 'through');
});

test('who goes while waiting is not waited for: the environment is the next one’s', async (t) => {
  const { gate, host, asked, ask, send } = await startWaiting(t);
  const running = send();
  const first = await gate.arrival();
  const leaving = new AbortController();
  const arrived = once(asked, 'asked');
  const left = assert.rejects(ask('/left', { signal: leaving.signal }));
  await arrived;
  const next = ask('/next');
  leaving.abort();
  await left;
  await host.event('throttled');
  first.socket.end();
  await running;
  await gate.arrival();
  gate.open();
  assert.equal((await next).status, 200);
  assert.equal(host.events.filter(({ kind }) => kind === 'invocation started').length, 2);
});
