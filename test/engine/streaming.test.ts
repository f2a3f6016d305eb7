import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import { withHttp } from '../../engine/driver.ts';
import { each, type Handler, type InvocationContext, recursive, withStreaming } from '../../engine/index.ts';
import { type Body, functionUrlEvent, httpApiEvent } from './http/support/events.ts';

const STREAMING = { STREAMING: 'true' };

const context: InvocationContext = {
  awsRequestId: 'request',
  functionVersion: '7',
  getRemainingTimeInMillis: () => 60_000,
};

/** A response stream that keeps what it is given, and waits where `hold` says so. */
const responseStream = (hold: () => Promise<void> = async () => {}) => {
  const chunks: string[] = [];
  const stream = new Writable({
    highWaterMark: 1,
    write: (chunk, _, done) => void hold().then(() => chunks.push(String(chunk)) && done()),
  });
  stream.on('error', () => {});
  return { stream, chunks, text: () => chunks.join('') };
};

const heads = new WeakMap<Writable, unknown>();
const globals = globalThis as unknown as { awslambda?: unknown };
const before = globals.awslambda;

/** As the runtime has it: the head last given goes out before the first `write`, and `end` is none. */
const withHead = (stream: Writable, head: unknown): Writable => {
  const { write } = Writable.prototype;
  return Object.assign(stream, {
    write: (chunk: unknown) => {
      heads.set(stream, head);
      return write.call(stream, chunk, 'utf8');
    },
  });
};

beforeEach(() => {
  globals.awslambda = {
    streamifyResponse: (handler: unknown) => handler,
    HttpResponseStream: { from: withHead },
  };
});
afterEach(() => {
  globals.awslambda = before;
});

type Streamed = (event: unknown, stream: Writable, context: InvocationContext) => Promise<void>;

const streamed = (handler: Handler): Streamed => withStreaming(handler, STREAMING) as unknown as Streamed;

/** What comes of an event, over a function whose results are its items. */
const answerTo = async (event: unknown) => {
  const { stream, text } = responseStream();
  const handler = withHttp(recursive(each(async (item: unknown) => item)));
  await streamed(handler)(event, stream, context);
  return { head: heads.get(stream) as { statusCode: number; headers: object } | undefined, text: text() };
};

const asking = (eventOf: (body: Body) => { headers: object }, body: unknown) => {
  const event = eventOf({ body: JSON.stringify(body) });
  return { ...event, headers: { ...event.headers, accept: 'text/html, Application/X-NDJSON;q=0.9' } };
};

test('a handler is left as it is where nobody has said that it streams', () => {
  const handler: Handler = async () => 1;
  assert.equal(withStreaming(handler, {}), handler);
  assert.equal(withStreaming(handler, { STREAMING: 'false' }), handler);
});

test('a runtime without streams is told at the start', () => {
  globals.awslambda = { InvokeStore: {} };
  assert.throws(() => withStreaming(async () => 1, STREAMING), {
    name: 'ConfigurationError',
    message: /^STREAMING: expected a runtime that streams/,
  });
});

test('an event is answered with the JSON it is always answered with', async () => {
  assert.deepEqual(await answerTo(['a', 'b']), {
    head: undefined,
    text: '[{"item":"a","results":"a"},{"item":"b","results":"b"}]',
  });
});

test('an HTTP API, which takes replies only whole, is answered so whatever its caller accepts', async () => {
  const { head, text } = await answerTo(asking(httpApiEvent, ['a']));
  assert.equal(head, undefined);
  const { statusCode, headers, body } = JSON.parse(text);
  assert.equal(statusCode, 200);
  assert.equal(headers['content-type'], 'application/json');
  assert.deepEqual(JSON.parse(body), [{ item: 'a', results: 'a' }]);
});

test('through a function URL a reply has its status and headers, and its body', async () => {
  const { head, text } = await answerTo(functionUrlEvent({ body: '["a"]' }));
  assert.equal(head?.statusCode, 200);
  assert.deepEqual(JSON.parse(text), [{ item: 'a', results: 'a' }]);
  const refused = await answerTo(asking(functionUrlEvent, { items: 'none' }));
  assert.equal(refused.head?.statusCode, 400);
  assert.equal(JSON.parse(refused.text).name, 'InvalidRequestError');
});

test('through a function URL whoever accepts lines gets them', async () => {
  const { head, text } = await answerTo(asking(functionUrlEvent, ['a', 'b']));
  assert.deepEqual(head, {
    statusCode: 200,
    headers: { 'content-type': 'application/x-ndjson', 'x-droste-root-request-id': 'request' },
  });
  const [first, second, last, end] = text.split('\n');
  assert.equal(first, '{"item":"a","index":0,"results":"a"}');
  assert.equal(second, '{"item":"b","index":1,"results":"b"}');
  assert.equal(JSON.parse(last ?? '').summary.succeeded, 2);
  assert.equal(end, '');
});

test('an event that asks for lines gets them', async () => {
  const { head, text } = await answerTo({ items: ['a'], options: { stream: true } });
  assert.equal(head, undefined);
  assert.equal(text.split('\n').length, 3);
});

test('over HTTP lines are asked for by the header, and an event cannot ask for them', async () => {
  const body = JSON.stringify({ items: ['a'], options: { stream: true } });
  const { head, text } = await answerTo(functionUrlEvent({ body }));
  assert.equal(head?.statusCode, 400);
  assert.match(JSON.parse(text).detail, /^options\.stream: expected over HTTP in the header accept/);
  const viaGateway = await answerTo(httpApiEvent({ body }));
  assert.equal(JSON.parse(viaGateway.text).statusCode, 400);
  assert.equal((await answerTo(asking(functionUrlEvent, JSON.parse(body)))).text.split('\n').length, 3);
});

test("a child's error is its reply, for its runtime would tell it in another form; a caller's is thrown", async () => {
  const failing = async () => {
    throw Object.assign(new Error('odd'), { name: 'OddError' });
  };
  const shape = { maxWork: 1, maxLanes: 2, slots: 5, maxDepth: 8 };
  const fn = {
    functionName: 'fn',
    qualifier: 'live',
    functionVersion: '7',
    store: undefined,
    allowFile: false,
  };
  const replies: string[] = [];
  const handler: Streamed = streamed(
    recursive(each(failing), {
      config: { ...shape, ...fn },
      invoke: async ({ payload }) => {
        const { stream, text } = responseStream();
        await handler(JSON.parse(payload), stream, context);
        replies.push(text());
        return { kind: 'replied', payload: text() };
      },
    }),
  );
  const { stream } = responseStream();
  const request = { items: [1, 2, 3], options: { onError: 'raise' } };
  await assert.rejects(handler(request, stream, context), { name: 'OddError', message: 'odd' });
  assert.match(replies[0] ?? '', /"failed":\{"name":"OddError","message":"odd"\},"trace":\["/);
});

test('bytes that a reply carries as text are sent as bytes', async () => {
  const { stream, text } = responseStream();
  const reply = {
    statusCode: 200,
    headers: {},
    body: Buffer.from('bytes').toString('base64'),
    isBase64Encoded: true,
  };
  await streamed(async () => reply)(functionUrlEvent({}), stream, context);
  assert.equal(text(), 'bytes');
});

test('a reply without a body has its status and headers through a function URL', async () => {
  const { stream, text } = responseStream();
  const reply = { statusCode: 204, headers: { allow: 'GET' }, body: '' };
  await streamed(async () => reply)(functionUrlEvent({}), stream, context);
  assert.deepEqual(heads.get(stream), { statusCode: 204, headers: { allow: 'GET' } });
  assert.equal(text(), '');
});

test('what a handler throws is for the runtime to tell', async () => {
  const { stream } = responseStream();
  const failing = async () => {
    throw new TypeError('odd');
  };
  await assert.rejects(streamed(failing)('event', stream, context), TypeError);
  assert.equal(stream.writableEnded, false);
});

test('a writer waits for a stream that is full, and for its end', async () => {
  const { promise: room, resolve } = Promise.withResolvers<void>();
  const { stream, text } = responseStream(() => room);
  const written: string[] = [];
  const ended = streamed(async (_, { streaming }) => {
    const reply = streaming?.open();
    await reply?.write('one');
    written.push('one');
    await reply?.write('two');
    written.push('two');
  })('event', stream, context);
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(written, []);
  resolve();
  await ended;
  assert.deepEqual(written, ['one', 'two']);
  assert.equal(text(), 'onetwo');
  assert.ok(stream.writableFinished);
});

test('a stream that is closed tells that its reader has gone, and keeps nobody waiting', async () => {
  const { stream } = responseStream(() => new Promise(() => {}));
  let gone: AbortSignal | undefined;
  const ended = streamed(async (_, { streaming }) => {
    const reply = streaming?.open();
    gone = reply?.signal;
    await reply?.write('never read');
    await reply?.write('nor this');
  })('event', stream, context);
  assert.equal(gone?.aborted, false);
  stream.destroy();
  await ended;
  assert.ok(gone?.aborted);
});
