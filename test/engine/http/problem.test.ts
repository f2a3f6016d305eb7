import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withHttp } from '../../../engine/http/entrance.ts';
import { type HttpReply, problem } from '../../../engine/http/problem.ts';
import { each, recursive } from '../../../engine/index.ts';
import * as errors from '../../../platform/errors.ts';
import { httpApiEvent } from './support/events.ts';

const statuses = [
  [400, errors.InvalidRequestError],
  [400, errors.ForbiddenReferenceError],
  [413, errors.ImageTooLargeError],
  [413, errors.PayloadTooLargeError],
  [422, errors.ImageFetchError],
  [422, errors.UnsupportedImageError],
  [422, errors.ImageDecodeError],
  [422, errors.FailureToleranceError],
  [504, errors.DeadlineExceededError],
  [500, errors.ModelLoadError],
  [500, errors.ChildInvocationError],
  [500, errors.VersionSkewError],
  [500, errors.RecursionLimitError],
  [500, errors.LivelockError],
  [500, errors.ConfigurationError],
] as const;

for (const [status, ErrorType] of statuses) {
  const { name } = new ErrorType('');
  test(`${name} is ${status}, with its message and its name`, () => {
    const reply = problem(new ErrorType('Expected a, received b'), 'root-1');
    assert.equal(reply.statusCode, status);
    assert.equal(reply.headers['content-type'], 'application/problem+json');
    assert.deepEqual(JSON.parse(reply.body), {
      type: `urn:droste:error:${name}`,
      title: name,
      status,
      detail: 'Expected a, received b',
      name,
      rootRequestId: 'root-1',
    });
    assert.equal(reply.headers['x-droste-root-request-id'], 'root-1');
  });
}

test('a throttle by its name is 429', () => {
  assert.equal(
    problem(Object.assign(new Error('slow'), { name: 'ThrottledError' }), 'root-1').statusCode,
    429,
  );
});

test('an error that is not made for callers says no more than that something failed', () => {
  const strangers = [
    new TypeError('/var/task/secret.js'),
    'secret text',
    undefined,
    Object.assign(new Error('secret'), { name: 'constructor' }),
  ];
  for (const thrown of strangers) {
    const reply = problem(thrown, 'root-1');
    assert.equal(reply.statusCode, 500);
    assert.doesNotMatch(reply.body, /secret|TypeError/);
    assert.equal(JSON.parse(reply.body).name, 'InternalError');
  }
});

const context = { awsRequestId: 'r', functionVersion: '7', getRemainingTimeInMillis: () => 60_000 };
const through = async (work: (item: unknown) => unknown, body: string) =>
  (await withHttp(recursive(each(work)))(httpApiEvent({ body }), context)) as HttpReply;

test('an error raised by the work reaches the caller with its status', async () => {
  const fail = () => {
    throw new errors.ImageDecodeError('half a JPEG');
  };
  const reply = await through(fail, '["a.jpg"]');
  assert.equal(reply.statusCode, 422);
  assert.equal(JSON.parse(reply.body).detail, 'half a JPEG');
});

test('an unknown option is a problem of the caller', async () => {
  const reply = await through((item) => item, '{"items":[],"options":{"depth":9}}');
  assert.equal(reply.statusCode, 400);
  assert.match(JSON.parse(reply.body).detail, /^options: unknown depth/);
});

test('under collect a failed item is part of a reply with status 200', async () => {
  const fail = () => {
    throw new TypeError('x');
  };
  const reply = await through(fail, '{"items":[1],"options":{"onError":"collect"}}');
  assert.equal(reply.statusCode, 200);
  assert.equal(JSON.parse(reply.body).summary.failed, 1);
});

test('more failures than the caller tolerates are the pictures’, told as one failed picture is, and no fault to log', async (t) => {
  const log = t.mock.method(console, 'error', () => {});
  const fail = () => {
    throw new errors.ImageDecodeError('half a JPEG');
  };
  const options = { onError: 'collect', toleratedFailureCount: 1 };
  const reply = await through(fail, JSON.stringify({ items: [1, 2, 3], options }));
  assert.equal(reply.statusCode, 422);
  assert.equal(JSON.parse(reply.body).name, 'FailureToleranceError');
  assert.equal(log.mock.callCount(), 0);
});

test('what the caller is not told is in the log', async (t) => {
  const log = t.mock.method(console, 'error', () => {});
  const thrown = new TypeError('/var/task/secret.js');
  const handler = withHttp(async () => {
    throw thrown;
  });
  await handler(httpApiEvent({ body: '[]' }), context);
  assert.deepEqual(log.mock.calls[0]?.arguments, [thrown]);
  await handler(httpApiEvent({ body: 'no JSON' }), context);
  assert.equal(log.mock.callCount(), 1);
});
