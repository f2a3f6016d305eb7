import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { serve } from '../../local/http-server.ts';
import { startHttpApi, startLocalHost } from '../../local/index.ts';
import { handlerUrl, startTestHost } from './support/local.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** Both ports of a host with one function, each with the request that runs it. */
const startPorts = async (t: TestContext) => {
  const host = await startTestHost(t, [{ name: 'echo', module: handlerUrl('echo.ts') }], 1);
  const routes = [{ method: 'ANY', path: '/echo', functionName: 'echo' }];
  const api = await startHttpApi({ host, routes });
  t.after(api.close);
  return {
    host,
    token: { 'x-droste-token': host.token },
    ports: {
      invoke: `${host.endpoint}/2015-03-31/functions/echo/invocations`,
      http: `${api.endpoint}/echo`,
    },
    ran: () => host.events.filter(({ kind }) => kind === 'invocation started').length,
  };
};

/** What `fetch` would not send: any header as it is. */
const post = async (url: string, headers: Record<string, string>, method = 'POST') => {
  const sent = request(url, { method, headers });
  sent.end(method === 'POST' ? '{}' : undefined);
  const [reply] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: reply.statusCode, body: await text(reply), headers: reply.headers };
};

for (const port of ['invoke', 'http'] as const) {
  test(`${port}: what a page of another site sends is refused, whatever token it shows, and runs nothing`, async (t) => {
    const { ports, token, ran } = await startPorts(t);
    const url = ports[port];
    const own = new URL(url).origin;
    for (const headers of [
      { host: 'attacker.example' },
      { host: 'localhost.attacker.example:3001' },
      { host: '127.0.0.1.attacker.example' },
      { host: '192.0.2.7' },
      { host: 'attacker.example', origin: 'http://attacker.example' },
      { origin: 'https://attacker.example' },
      { origin: 'null' },
      { origin: own.replace('http:', 'https:') },
      { origin: 'http://127.0.0.1' },
      { origin: own.replace('127.0.0.1', 'localhost') },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: own, 'sec-fetch-site': 'cross-site' },
    ]) {
      for (const method of ['POST', 'OPTIONS', 'GET']) {
        const reply = await post(url, { ...JSON_TYPE, ...token, ...headers }, method);
        assert.equal(reply.status, 403, `${method} ${JSON.stringify(headers)}: ${reply.body}`);
        assert.match(reply.body, /Expected .*, received /);
        assert.equal(reply.headers['access-control-allow-origin'], undefined);
      }
    }
    assert.equal(ran(), 0);
  });

  test(`${port}: a page of its own is let in with the token, and not without`, async (t) => {
    const { ports, token, ran } = await startPorts(t);
    const origin = { origin: new URL(ports[port]).origin, 'sec-fetch-site': 'same-origin' };
    for (const wrong of [{}, { 'x-droste-token': '' }, { 'x-droste-token': `${token['x-droste-token']}x` }]) {
      const reply = await post(ports[port], { ...JSON_TYPE, ...origin, ...wrong });
      assert.equal(reply.status, 401);
      assert.match(reply.body, /Expected the token .* in the header x-droste-token/);
      assert.doesNotMatch(reply.body, new RegExp(token['x-droste-token']));
    }
    assert.equal(ran(), 0);
    assert.equal((await post(ports[port], { ...JSON_TYPE, ...origin, ...token })).status, 200);
  });

  test(`${port}: every name of this machine that no attacker owns is let in`, async (t) => {
    const { ports, token } = await startPorts(t);
    const { port: number } = new URL(ports[port]);
    for (const host of [`localhost:${number}`, `127.0.0.1:${number}`, 'LOCALHOST', `[::1]:${number}`]) {
      assert.equal((await post(ports[port], { ...JSON_TYPE, ...token, host })).status, 200, host);
    }
  });
}

test('a program needs no token for the Invoke API, unless it sends what a page could send unasked', async (t) => {
  const { ports, token, ran } = await startPorts(t);
  assert.equal((await post(ports.invoke, JSON_TYPE)).status, 200);
  assert.equal((await post(ports.invoke, { 'content-type': 'application/octet-stream' })).status, 200);
  assert.equal((await post(ports.invoke, {})).status, 200);
  for (const type of [
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'Multipart/Form-Data; boundary=x',
  ]) {
    const reply = await post(ports.invoke, { 'content-type': type });
    assert.equal(reply.status, 415);
    assert.match(reply.body, /Expected a Content-Type of application\/json or application\/octet-stream/);
    assert.equal((await post(ports.invoke, { 'content-type': type, ...token })).status, 200);
  }
  assert.equal(ran(), 6);
});

test('the HTTP API asks everybody for the token, and tells it to no function', async (t) => {
  const { ports, token, ran } = await startPorts(t);
  assert.equal((await post(ports.http, JSON_TYPE)).status, 401);
  assert.equal(ran(), 0);
  const { status, body } = await post(ports.http, { ...JSON_TYPE, ...token });
  assert.equal(status, 200);
  assert.doesNotMatch(body, new RegExp(token['x-droste-token']));
});

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((found) => found?.address === '::1');

for (const address of ['0.0.0.0', '::', '::1']) {
  const skip = address.includes(':') && !hasIpv6 && 'no IPv6 here';
  test(`a host that listens on ${address} is called at its own endpoint`, { skip }, async (t) => {
    const functions = [{ name: 'echo', module: handlerUrl('echo.ts') }];
    const host = await startLocalHost({ functions, concurrency: 1, host: address });
    t.after(host.close);
    const url = `${host.endpoint}/2015-03-31/functions/echo/invocations`;
    const { status, body } = await post(url, JSON_TYPE);
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).variables.AWS_ENDPOINT_URL_LAMBDA, host.endpoint);
  });
}

test('a token that could be guessed is refused, and not repeated', async () => {
  await assert.rejects(startLocalHost({ functions: [], token: 'hunter2' }), {
    name: 'InvalidRequestError',
    message: 'Expected the token to be 16 or more letters, digits, - and _, received 7 characters',
  });
});

test('each host has a token of its own', async (t) => {
  const [one, other] = [await startPorts(t), await startPorts(t)];
  assert.ok(one.host.token.length >= 22);
  assert.notEqual(one.host.token, other.host.token);
});

const SHORT = { headersMs: 100, requestMs: 200, idleMs: 100, unreadMs: 100 };

/** A server with short limits, that answers everything with `bytes` bytes. */
const startShort = async (
  t: TestContext,
  bytes = 1,
  onServed: (socket: Socket) => void = () => {},
): Promise<URL> => {
  const server = await serve({
    answer: async ({ message }) => {
      onServed(message.socket);
      return { status: 200, headers: {}, body: Buffer.alloc(bytes) };
    },
    deny: ({ status, message }) => ({ status, headers: {}, body: message }),
    bodyMaxBytes: () => 1_000_000,
    admission: () => ({ token: 'token', asked: 'browsers' }),
    host: '127.0.0.1',
    port: 0,
    limits: SHORT,
  });
  t.after(server.close);
  return new URL(server.endpoint);
};

/** Resolves when a connection is closed, cut off or not. */
const gone = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });

const HEAD = 'Host: 127.0.0.1\r\n';

for (const [who, start, drip] of [
  ['says nothing', '', ''],
  ['sends one header after the other', 'GET / HTTP/1.1\r\n', 'X: y\r\n'],
  [
    'sends one byte of its body after the other',
    `POST / HTTP/1.1\r\n${HEAD}Content-Length: 1000\r\n\r\n`,
    'x',
  ],
  [
    'sends no end of its chunks',
    `POST / HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
    '1\r\nx\r\n',
  ],
  [
    'is refused and goes on sending',
    'POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1000\r\n\r\n',
    'x',
  ],
  ['stays after its answer', `GET / HTTP/1.1\r\n${HEAD}\r\n`, ''],
] as const) {
  test(`a connection that ${who} is closed`, async (t) => {
    const { port, hostname } = await startShort(t);
    const socket = connect(Number(port), hostname);
    const closed = gone(socket);
    socket.resume();
    socket.write(start);
    const dripping = setInterval(() => drip !== '' && socket.writable && socket.write(drip), 20);
    await closed;
    clearInterval(dripping);
  });
}

test('a connection that does not take its answer is closed', async (t) => {
  const served = Promise.withResolvers<Socket>();
  const { port, hostname } = await startShort(t, 64 * 1024 * 1024, served.resolve);
  const socket = connect(Number(port), hostname).pause();
  t.after(() => socket.destroy());
  socket.write(`GET / HTTP/1.1\r\n${HEAD}\r\n`);
  await gone(await served.promise);
});
