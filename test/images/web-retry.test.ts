import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createHttpGet } from '../../images/adapters/undici.ts';
import { parseReference, type WebReference } from '../../images/reference.ts';
import { createSources } from '../../images/sources/create-sources.ts';
import { type RetryRules, retryAfterMs, systemWaiting, type Waiting } from '../../images/sources/retry.ts';
import { createWebSource } from '../../images/sources/web.ts';

const startMs = Date.parse('2026-03-01T12:00:00Z');

/** Waits that take no time, and are remembered. */
const fakeWaiting = (random = 0.5): Waiting & { readonly waits: number[] } => {
  const waits: number[] = [];
  let nowMs = startMs;
  return {
    waits,
    now: () => nowMs,
    random: () => random,
    wait: async (ms, signal) => {
      waits.push(ms);
      nowMs += ms;
      signal.throwIfAborted();
    },
  };
};

type Answer = (socket: Socket) => void;

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Answer =>
  (socket) => {
    const lines = Object.entries({ 'Content-Length': `${body.length}`, ...headers });
    socket.write(`HTTP/1.1 ${code} Word\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n${body}`);
  };

const picture = status(200, {}, 'picture');
const cut: Answer = (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc');
const reset: Answer = (socket) => void socket.resetAndDestroy();
const hangUp: Answer = (socket) => void socket.end();

interface Bench {
  readonly fetch: (signal?: AbortSignal) => Promise<string>;
  readonly paths: readonly string[];
  readonly connections: () => number;
}

/** A server that gives these answers in turn, and a source that asks it. */
const bench = async (
  t: TestContext,
  answers: readonly Answer[],
  waiting: Waiting,
  retry: Partial<RetryRules> = {},
): Promise<Bench> => {
  const paths: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (head) => {
      paths.push(`${head}`.split(' ')[1] ?? '');
      answers[paths.length - 1]?.(socket);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { get, close } = createHttpGet({ connections: 1, allowPrivate: 'loopback' });
  t.after(async () => {
    await close();
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const source = createWebSource(get, { maxBytes: 1_000, maxRedirects: 3, allowHttp: true, retry, waiting });
  return {
    paths,
    connections: () => connections,
    fetch: async (signal = new AbortController().signal) =>
      Buffer.from(await source(parseReference(`${origin}/a`) as WebReference, { signal })).toString(),
  };
};

suite('a download that fails for a while', () => {
  for (const [name, answer] of [
    ...[429, 500, 502, 503, 504].map((code) => [`status ${code}`, status(code)] as const),
    ['a body that is cut off', cut],
    ['a reset', reset],
    ['a connection that is closed without an answer', hangUp],
  ] as const) {
    test(`is tried again after ${name}`, async (t) => {
      const waiting = fakeWaiting();
      const web = await bench(t, [answer, picture], waiting);
      assert.equal(await web.fetch(), 'picture');
      assert.equal(web.paths.length, 2);
      assert.equal(waiting.waits.length, 1);
    });
  }

  test('is tried three times, with waits that are a random part of a doubling', async (t) => {
    const waiting = fakeWaiting(0.5);
    const web = await bench(t, [status(503), status(500), status(502), picture], waiting, { baseMs: 100 });
    await assert.rejects(web.fetch(), {
      name: 'ImageFetchError',
      message: /^Expected status 2xx, received 502 from /,
    });
    assert.deepEqual(waiting.waits, [50, 100]);
    assert.equal(web.paths.length, 3);
  });

  test('keeps its connection from try to try', async (t) => {
    const web = await bench(t, [status(503), status(503), picture], fakeWaiting());
    assert.equal(await web.fetch(), 'picture');
    assert.equal(web.connections(), 1);
  });

  test('begins at the first hop again', async (t) => {
    const web = await bench(
      t,
      [status(302, { Location: '/b' }), status(503), status(302, { Location: '/c' }), picture],
      fakeWaiting(),
    );
    assert.equal(await web.fetch(), 'picture');
    assert.deepEqual(web.paths, ['/a', '/b', '/a', '/c']);
  });

  test('waits as long as the server asks, in seconds or until a date', async (t) => {
    const waiting = fakeWaiting();
    const answers = [
      status(429, { 'Retry-After': '3' }),
      status(503, { 'Retry-After': 'Sun, 01 Mar 2026 12:00:07 GMT' }),
      picture,
    ];
    const web = await bench(t, answers, waiting);
    assert.equal(await web.fetch(), 'picture');
    assert.deepEqual(waiting.waits, [3_000, 4_000]);
  });

  test('does not wait past its time limit: it fails at once', async (t) => {
    const waiting = fakeWaiting();
    const web = await bench(t, [status(429, { 'Retry-After': '20' }), picture], waiting, {
      timeoutMs: 20_000,
    });
    await assert.rejects(web.fetch(), { message: /received 429/ });
    assert.deepEqual(waiting.waits, []);
    assert.equal(web.paths.length, 1);
  });

  test('is not tried again after an abort', async (t) => {
    const controller = new AbortController();
    const waiting = fakeWaiting();
    const aborting: Waiting = {
      ...waiting,
      wait: (ms, signal) => {
        controller.abort(new Error('Ctrl-C'));
        return waiting.wait(ms, signal);
      },
    };
    const web = await bench(t, [status(503), picture], aborting);
    await assert.rejects(web.fetch(controller.signal), { message: 'Ctrl-C' });
    assert.equal(web.paths.length, 1);
  });
});

test('no more downloads are under way at once than allowed, and one that waits can be aborted', async (t) => {
  const answers = Promise.withResolvers<void>();
  const two = Promise.withResolvers<void>();
  let inside = 0;
  let most = 0;
  const server = createHttpServer(async (_, response) => {
    inside += 1;
    most = Math.max(most, inside);
    if (inside === 2) two.resolve();
    await answers.promise;
    inside -= 1;
    response.end('picture');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sources = createSources({
    allowHttp: true,
    allowFile: false,
    allowPrivate: 'loopback',
    downloads: 2,
  });
  t.after(async () => {
    await sources.close();
    server.close();
    await once(server, 'close');
  });
  const reference = parseReference(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const fetches = Array.from({ length: 8 }, () => sources.fetch(reference));
  const controller = new AbortController();
  const waiting = sources.fetch(reference, { signal: controller.signal });
  await two.promise;
  controller.abort(new Error('Ctrl-C'));
  await assert.rejects(waiting, { message: 'Ctrl-C' });
  answers.resolve();
  assert.equal((await Promise.all(fetches)).length, 8);
  assert.equal(most, 2);
});

suite('a download that fails for good', () => {
  for (const [name, answer] of [
    ...[304, 400, 401, 403, 404, 408, 410, 501].map((code) => [`status ${code}`, status(code)] as const),
    ['a length above the limit', status(200, { 'Content-Length': '1001' })],
    ['rubbish instead of HTTP', (socket: Socket) => void socket.end('hello\r\n\r\n')],
    ['a redirect to nowhere', status(302)],
  ] as const) {
    test(`is not tried again after ${name}`, async (t) => {
      const waiting = fakeWaiting();
      const web = await bench(t, [answer, picture], waiting);
      await assert.rejects(web.fetch());
      assert.equal(web.paths.length, 1);
      assert.deepEqual(waiting.waits, []);
    });
  }

  test('is not tried again where nobody listens', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const waiting = fakeWaiting();
    const { get, close } = createHttpGet({ connections: 1, allowPrivate: 'loopback' });
    const source = createWebSource(get, { maxBytes: 1, maxRedirects: 0, allowHttp: true, waiting });
    const reference = parseReference(`http://127.0.0.1:${port}/`) as WebReference;
    await assert.rejects(source(reference, { signal: new AbortController().signal }), {
      message: /ECONNREFUSED/,
    });
    assert.deepEqual(waiting.waits, []);
    await close();
  });
});

suite('Retry-After', () => {
  const read = (header: string | undefined) => retryAfterMs(header, startMs);

  test('is whole seconds, or a date, which may have passed', () => {
    assert.equal(read('0'), 0);
    assert.equal(read(' 120 '), 120_000);
    assert.equal(read('Sun, 01 Mar 2026 12:01:00 GMT'), 60_000);
    assert.equal(read('Sun, 01 Mar 2026 11:00:00 GMT'), 0);
  });

  test('that is neither is as if it were absent', () => {
    for (const text of [undefined, '', '-5', '1.5', 'soon', '5 apples', '2026']) {
      // "2026" alone is seconds
      assert.equal(read(text), text === '2026' ? 2_026_000 : undefined);
    }
  });

  test('is never negative or no number, whatever the header', () => {
    fc.assert(fc.property(fc.string(), (text) => (read(text) ?? 0) >= 0));
  });
});

suite('waiting by the machine', () => {
  test('ends by itself', () => systemWaiting.wait(0, new AbortController().signal));

  test('ends with the reason of the signal, before and in the middle', async () => {
    const controller = new AbortController();
    const waiting = systemWaiting.wait(3_600_000, controller.signal);
    controller.abort(new Error('Ctrl-C'));
    await assert.rejects(waiting, { message: 'Ctrl-C' });
    await assert.rejects(systemWaiting.wait(0, controller.signal), { message: 'Ctrl-C' });
  });
});
