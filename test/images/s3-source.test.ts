import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener } from 'node:http';
import { before, suite, test } from 'node:test';
import { parseReference } from '../../images/reference.ts';
import { createSources } from '../../images/sources/create-sources.ts';
import type { SourceOptions } from '../../images/sources/source.ts';
import { farBeyond } from '../local/support/pace.ts';
import { nextConnectionClosed, serve, type TestServer } from './support/http-server.ts';

interface Bucket extends TestServer {
  readonly fetch: (text: string, signal?: AbortSignal) => Promise<string>;
  readonly requests: readonly IncomingMessage[];
}

/** As much of S3 as GetObject needs, and the real SDK in front of it. */
const bucket = async (listener: RequestListener, options: Partial<SourceOptions> = {}): Promise<Bucket> => {
  const requests: IncomingMessage[] = [];
  const server = await serve((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  const s3 = { endpoint: server.origin, region: 'eu-central-1', forcePathStyle: true };
  const sources = createSources({ allowHttp: false, allowFile: false, allowPrivate: 'none', s3, ...options });
  return {
    ...server,
    requests,
    fetch: async (text, signal) =>
      Buffer.from(
        await sources.fetch(parseReference(text), signal === undefined ? {} : { signal }),
      ).toString(),
    [Symbol.asyncDispose]: async () => {
      await sources.close();
      await server[Symbol.asyncDispose]();
    },
  };
};

const answer =
  (status: number, code: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/xml', ...headers });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>says S3</Message></Error>`);
  };

suite('S3 references', () => {
  before(() => {
    // The real SDK signs, so it wants credentials; the loopback server does not look at them.
    process.env.AWS_ACCESS_KEY_ID = 'AKIAEXAMPLE';
    process.env.AWS_SECRET_ACCESS_KEY = 'example';
  });

  test('give the bytes of the object', async () => {
    await using s3 = await bucket(
      (request, response) => void response.end(`object ${request.url?.split('?')[0]}`),
    );
    assert.equal(await s3.fetch('s3://pictures/a/cat.jpg'), 'object /pictures/a/cat.jpg');
  });

  test('keep the connection', async () => {
    await using s3 = await bucket((_, response) => void response.end('x'));
    for (const key of ['1', '2', '3', '4']) await s3.fetch(`s3://pictures/${key}`);
    assert.equal(s3.connections(), 1);
  });

  test('ask for exactly the key that was written', async () => {
    await using s3 = await bucket((_, response) => void response.end('x'));
    for (const key of [
      'a+b',
      'a b',
      '100%25.jpg',
      'what?.jpg',
      '#1',
      'a=b&c',
      'ünï/猫.png',
      "it's(1)!*.jpg",
      'a//b',
      '../up',
      '.',
    ]) {
      await s3.fetch(`s3://pictures/${key}`);
      const path = s3.requests.at(-1)?.url?.replace(/\?x-id=GetObject$/, '') ?? '';
      assert.equal(decodeURIComponent(path), `/pictures/${key}`);
      assert.ok(!/[+?#]/.test(path), path);
    }
  });

  test('that fail say what to check', async () => {
    const cases: readonly (readonly [number, string, RegExp])[] = [
      [
        404,
        'NoSuchKey',
        /^Could not fetch s3:\/\/pictures\/cat\.jpg: there is no such object: keys are literal/,
      ],
      [404, 'NoSuchBucket', /there is no such bucket/],
      [403, 'AccessDenied', /check that the role may s3:GetObject/],
      [403, 'InvalidObjectState', /archived/],
      [403, 'ExpiredToken', /expired/],
      [400, 'SomethingNew', /SomethingNew: says S3/],
    ];
    for (const [status, code, message] of cases) {
      await using s3 = await bucket(answer(status, code));
      await assert.rejects(s3.fetch('s3://pictures/cat.jpg'), { name: 'ImageFetchError', message });
    }
  });

  test('follow a bucket into its region', async () => {
    await using s3 = await bucket((request, response) => {
      if (request.headers.authorization?.includes('/ap-south-1/s3/')) response.end('from Mumbai');
      else answer(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'ap-south-1' })(request, response);
    });
    assert.equal(await s3.fetch('s3://pictures/cat.jpg'), 'from Mumbai');
  });

  test('that are too large are refused by size, and by the running count', async () => {
    await using announced = await bucket(
      (_, response) => {
        response.writeHead(200, { 'content-length': 101 });
        response.write('x');
      },
      { maxBytes: 100 },
    );
    await assert.rejects(announced.fetch('s3://pictures/big'), {
      name: 'ImageTooLargeError',
      message: 'Expected at most 100 bytes (MAX_IMAGE_BYTES), received 101 from s3://pictures/big',
    });
    await using chunked = await bucket(
      (_, response) => {
        response.write(Buffer.alloc(99));
        response.write(Buffer.alloc(99));
      },
      { maxBytes: 100 },
    );
    await assert.rejects(chunked.fetch('s3://pictures/big'), {
      name: 'ImageTooLargeError',
      message: /more than 100/,
    });
  });

  test('that are cut off are errors, not short pictures', async () => {
    await using s3 = await bucket((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('the first part');
      setImmediate(() => response.destroy());
    });
    await assert.rejects(s3.fetch('s3://pictures/cut'), {
      name: 'ImageFetchError',
      message: /s3:\/\/pictures\/cut/,
    });
  });

  test('end with the time limit, and their connection with them', async () => {
    await using quick = await bucket((_, response) => void response.end('picture'));
    const timeoutMs = await farBeyond(() => quick.fetch('s3://pictures/quick'));
    await using s3 = await bucket((_, response) => void response.write('the beginning'), { timeoutMs });
    const closed = nextConnectionClosed(s3);
    await assert.rejects(s3.fetch('s3://pictures/slow'), {
      name: 'ImageFetchError',
      message: new RegExp(`within ${timeoutMs} ms`),
    });
    await closed;
  });

  test('end with an abort, with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('the batch is over');
    await using s3 = await bucket(() => controller.abort(reason));
    await assert.rejects(s3.fetch('s3://pictures/cat.jpg', controller.signal), reason);
  });
});
