import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withHttp } from '../../../engine/http/entrance.ts';
import type { HttpReply } from '../../../engine/http/problem.ts';
import type { InvocationContext } from '../../../engine/index.ts';
import { ENVELOPE_KEY } from '../../../engine/protocol/envelope.ts';
import { type Body, functionUrlEvent, httpApiEvent, restApiEvent } from './support/events.ts';

const sources = {
  'an HTTP API': httpApiEvent,
  'a REST API': restApiEvent,
  'a function URL': functionUrlEvent,
};

const context: InvocationContext = {
  awsRequestId: 'request',
  functionVersion: '7',
  getRemainingTimeInMillis: () => 900_000,
};

/** What a handler behind the entrance is asked, and what it answers. */
const enter = async (event: unknown) => {
  const asked: { event: unknown; context: InvocationContext }[] = [];
  const handler = withHttp(async (event, context) => {
    asked.push({ event, context });
    return { answer: event };
  }, 'image');
  const reply = (await handler(event, context)) as HttpReply;
  return { reply, asked: asked[0], json: () => JSON.parse(reply.body) };
};

for (const [source, eventOf] of Object.entries(sources)) {
  test(`a JSON body through ${source} is the request, and the reply is JSON with status 200`, async () => {
    const { reply, asked, json } = await enter(eventOf({ body: '{"images":["a.jpg"]}' }));
    assert.deepEqual(asked?.event, { images: ['a.jpg'] });
    assert.equal(reply.statusCode, 200);
    assert.equal(reply.headers['content-type'], 'application/json');
    assert.equal(reply.headers['x-droste-root-request-id'], 'request');
    assert.deepEqual(json(), { answer: { images: ['a.jpg'] } });
  });

  test(`a body in base64 through ${source} is decoded first`, async () => {
    const body = Buffer.from('["bücher.jpg"]').toString('base64');
    const { asked } = await enter(eventOf({ body, isBase64Encoded: true }));
    assert.deepEqual(asked?.event, ['bücher.jpg']);
  });

  test(`a picture as the body through ${source} is one data reference`, async () => {
    const body = Buffer.from([0xff, 0xd8, 0xff]).toString('base64');
    const { asked } = await enter(eventOf({ body, type: 'Image/JPEG; q=1', isBase64Encoded: true }));
    assert.equal(asked?.event, 'data:image/jpeg;base64,/9j/');
  });

  test(`the parameters of the URL are the options of a picture through ${source}`, async () => {
    const query = { size: '75', enlarge: 'true', sizes: '[100,200]', format: 'webp', background: '#fff' };
    const { asked } = await enter(
      eventOf({ body: '/9j/', type: 'image/jpeg', isBase64Encoded: true, query }),
    );
    assert.deepEqual(asked?.event, {
      image: 'data:image/jpeg;base64,/9j/',
      options: { size: 75, enlarge: true, sizes: [100, 200], format: 'webp', background: '#fff' },
    });
  });

  test(`the internal envelope is refused through ${source}`, async () => {
    const { reply, asked, json } = await enter(
      eventOf({ body: JSON.stringify({ [ENVELOPE_KEY]: { depth: 1 } }) }),
    );
    assert.equal(asked, undefined);
    assert.equal(reply.statusCode, 400);
    assert.match(json().detail, /reserved key \$droste/);
  });

  test(`JSON under another type is refused through ${source}`, async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const { reply, asked, json } = await enter(eventOf({ body: '["a.jpg"]', type }));
      assert.equal(asked, undefined);
      assert.equal(reply.statusCode, 400);
      assert.match(json().detail, /^Expected a content-type of application\/json or image\/\*, received "/);
    }
    for (const type of ['application/JSON; charset=utf-8', 'application/problem+json']) {
      assert.deepEqual((await enter(eventOf({ body: '["a.jpg"]', type }))).asked?.event, ['a.jpg']);
    }
  });

  test(`a body that is no JSON is refused through ${source}, showing how it begins`, async () => {
    const { reply, json } = await enter(eventOf({ body: '{"images": [' }));
    assert.equal(reply.statusCode, 400);
    assert.equal(json().detail, 'Expected a JSON body, received "{\\"images\\": ["');
  });

  test(`no body at all is told as such through ${source}`, async () => {
    const { reply, json } = await enter(eventOf({}));
    assert.equal(reply.statusCode, 400);
    assert.equal(json().detail, 'Expected a JSON body, received an empty body');
  });
}

test('a picture sent as text keeps its bytes', async () => {
  const body = Buffer.from([0x00, 0xff, 0x80]).toString('latin1');
  const { asked } = await enter(httpApiEvent({ body, type: 'image/png' }));
  assert.equal(asked?.event, 'data:image/png;base64,AP+A');
});

test('a body without a type is read as JSON', async () => {
  const event = httpApiEvent({ body: '"a.jpg"' });
  const { asked } = await enter({ ...event, headers: {} });
  assert.equal(asked?.event, 'a.jpg');
  assert.equal((await enter({ ...event, headers: null })).asked?.event, 'a.jpg');
});

test('what is no HTTP event passes through, envelope and context included', async () => {
  const events = ['a.jpg', ['a.jpg'], { images: [] }, { [ENVELOPE_KEY]: {} }, null, { requestContext: {} }];
  for (const event of events) {
    const { reply, asked } = await enter(event);
    assert.deepEqual(reply, { answer: event });
    assert.equal(asked?.context, context);
  }
});

const remaining = async (event: unknown) =>
  (await enter(event)).asked?.context.getRemainingTimeInMillis() ?? Number.NaN;

test('behind a gateway there is time until 29 seconds after the gateway took the request', async () => {
  for (const eventOf of [httpApiEvent, restApiEvent]) {
    const left = await remaining(eventOf({ body: '[]', atMs: Date.now() - 10_000 }));
    assert.ok(left <= 19_000 && left > 0, `${left} ms`);
  }
});

test('a gateway that does not say when is taken to have sent the request just now', async () => {
  const event = restApiEvent({ body: '[]' });
  const left = await remaining({ ...event, requestContext: {} });
  assert.ok(left <= 29_000 && left > 19_000, `${left} ms`);
});

test("a function URL leaves the function's own time", async () => {
  assert.equal(await remaining(functionUrlEvent({ body: '[]', atMs: 0 })), 900_000);
});

test('a function with less time than the gateway keeps its own limit', async () => {
  let left = Number.NaN;
  const handler = withHttp(async (_, { getRemainingTimeInMillis }) => {
    left = getRemainingTimeInMillis();
  });
  await handler(httpApiEvent({ body: '[]' } satisfies Body), {
    ...context,
    getRemainingTimeInMillis: () => 3_000,
  });
  assert.equal(left, 3_000);
});
