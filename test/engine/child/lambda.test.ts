import assert from 'node:assert/strict';
import dns from 'node:dns';
import { type TestContext, test } from 'node:test';
import { createLambdaInvoke, type LambdaInvokeOptions } from '../../../engine/child/lambda.ts';
import type { ChildCall } from '../../../engine/child/ports.ts';
import { failWith, type Respond, refuse, reply, startLambdaServer } from '../support/lambda-server.ts';

const connect = (endpoint: string, options: Partial<LambdaInvokeOptions> = {}) =>
  createLambdaInvoke({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxSockets: 10,
    ...options,
  });

const callOf = (change: Partial<ChildCall> = {}): ChildCall => ({
  target: 'classify:live',
  payload: '{"n":1}',
  timeoutMs: 60_000,
  signal: new AbortController().signal,
  ...change,
});

const callOnce = async (t: TestContext, respond: Respond, change: Partial<ChildCall> = {}) => {
  const server = await startLambdaServer(t, respond);
  const outcome = await connect(server.endpoint)(callOf(change));
  return { outcome, requests: server.requests };
};

/** The variable for the rest of the test; absent without a value. */
const setEnv = (t: TestContext, name: string, value?: string) => {
  const before = process.env[name];
  t.after(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
};

test('the qualifier travels in the name, and there is no query string', async (t) => {
  const { outcome, requests } = await callOnce(t, reply('{"ok":true}'));
  assert.deepEqual(outcome, { kind: 'replied', payload: '{"ok":true}' });
  assert.equal(requests[0]?.method, 'POST');
  assert.equal(requests[0]?.url, '/2015-03-31/functions/classify%3Alive/invocations');
  assert.equal(requests[0]?.body, '{"n":1}');
});

test('inside Lambda the trace header is sent on byte for byte, its lineage included', async (t) => {
  const header =
    'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:fe460cdd:3';
  setEnv(t, 'AWS_LAMBDA_FUNCTION_NAME', 'classify');
  setEnv(t, '_X_AMZN_TRACE_ID', header);
  const { requests } = await callOnce(t, reply('{}'));
  assert.equal(requests[0]?.headers['x-amzn-trace-id'], header);
});

test('outside Lambda there is no trace header: the adapter sets none of its own', async (t) => {
  setEnv(t, 'AWS_LAMBDA_FUNCTION_NAME');
  setEnv(t, '_X_AMZN_TRACE_ID');
  const { requests } = await callOnce(t, reply('{}'));
  assert.equal(requests[0]?.headers['x-amzn-trace-id'], undefined);
});

const reset: Respond = (_request, _response, message) => message.socket.resetAndDestroy();
const cut: Respond = (_request, response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"half":', () => response.destroy());
};

const errors: readonly (readonly [string, Respond, object])[] = [
  [
    'a throttle says why',
    refuse(429, 'TooManyRequestsException', { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' }),
    { kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
  ],
  [
    'a throttle of the machines below is one too',
    refuse(502, 'EC2ThrottledException'),
    { kind: 'throttled', reason: 'EC2ThrottledException' },
  ],
  [
    'a throttle by something else on the way, without JSON, is one too',
    (_, response) => response.writeHead(429, { 'content-type': 'text/html' }).end('<h1>slow down</h1>'),
    { kind: 'throttled', reason: /HTTP 429/ },
  ],
  [
    'a request too large for Lambda',
    refuse(413, 'RequestTooLargeException'),
    { kind: 'too-large', name: 'PayloadTooLargeError', message: /classify:live: HTTP 413, RequestTooLarge/ },
  ],
  ['no such function', refuse(404, 'ResourceNotFoundException'), { kind: 'broken', message: /HTTP 404/ }],
  ['no permission', refuse(403, 'AccessDeniedException'), { kind: 'broken', message: /AccessDenied/ }],
  [
    'a key that may not be used',
    refuse(502, 'KMSAccessDeniedException'),
    { kind: 'broken', message: /KMSAccess/ },
  ],
  [
    'an update under way',
    refuse(409, 'ResourceConflictException'),
    { kind: 'throttled', reason: 'ResourceConflictException' },
  ],
  [
    'a function whose module cannot be imported',
    failWith({ errorType: 'Runtime.ImportModuleError', errorMessage: "Cannot find module 'sharp'" }),
    { kind: 'broken', message: /crashed: Runtime\.ImportModuleError: Cannot find module/ },
  ],
  [
    'a stopped loop',
    refuse(400, 'RecursiveInvocationException'),
    { kind: 'refused', message: /Could not invoke classify:live: HTTP 400, RecursiveInvocationException: / },
  ],
  ['a service error', refuse(500, 'ServiceException'), { kind: 'lost', message: /HTTP 500, ServiceExc/ }],
  ['a service that is away', refuse(503, 'ServiceUnavailable'), { kind: 'lost', message: /HTTP 503/ }],
  ['a connection reset', reset, { kind: 'lost', message: /ECONNRESET|socket hang up/ }],
  ['a body cut short', cut, { kind: 'lost', message: /Could not invoke classify:live/ }],
  [
    'an error of the handler keeps its name',
    failWith({
      errorType: 'ImageDecodeError',
      errorMessage: 'corrupt',
      trace: ['ImageDecodeError: corrupt', 'at x'],
    }),
    {
      kind: 'failed',
      name: 'ImageDecodeError',
      message: /^corrupt$/,
      trace: ['ImageDecodeError: corrupt', 'at x'],
    },
  ],
  [
    'an error of the handler without a trace has an empty one',
    failWith({ errorType: 'QuotaError', errorMessage: 'no more' }),
    { kind: 'failed', name: 'QuotaError', trace: [] },
  ],
  [
    'an environment that exited',
    failWith({
      errorType: 'Runtime.ExitError',
      errorMessage: 'RequestId: 1 Error: Runtime exited with error: signal: killed',
    }),
    { kind: 'crashed', message: /^classify:live crashed: Runtime\.ExitError: RequestId: 1 .* killed$/ },
  ],
  [
    'a time-out of the function',
    failWith({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: 1 Error: Task timed out after 3.00 seconds',
    }),
    { kind: 'crashed', message: /Sandbox\.Timedout: .*3\.00 seconds/ },
  ],
  [
    'a time-out of the function without a type',
    failWith({ errorMessage: '2026-11-20T10:00:00Z 1 Task timed out after 3.00 seconds' }),
    { kind: 'crashed', message: /^classify:live crashed: .*3\.00 seconds$/ },
  ],
  ['a function error without a body', failWith(''), { kind: 'crashed', message: /no error was given$/ }],
  [
    'a function error that is no JSON',
    failWith('Segmentation fault'),
    { kind: 'crashed', message: /Segmentation/ },
  ],
  ['a function error that is null', failWith('null'), { kind: 'crashed' }],
  [
    'a reply too large',
    failWith({ errorType: 'Function.ResponseSizeTooLarge', errorMessage: 'Response payload size exceeded' }),
    { kind: 'too-large', name: 'PayloadTooLargeError', message: /^classify:live: Response payload/ },
  ],
];

test('a stream that cannot be read from its first event on has lost an answer, and nothing is wrong with the function', async (t) => {
  const half = Buffer.from([0, 0, 0, 100, 0, 0]);
  const stream: Respond = (_, response) =>
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).end(half);
  const { outcome } = await callOnce(t, stream, { onLine: () => {} });
  assert.equal(outcome.kind, 'lost');
});

test('a stream that is read no further is closed, and not left open for as long as it is sent', async (t) => {
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const garbage: Respond = (_, response) => {
    response.on('close', close);
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    response.write(Buffer.concat([Buffer.from([0, 0, 0, 20]), Buffer.alloc(40)]));
  };
  const { outcome } = await callOnce(t, garbage, { onLine: () => {} });
  assert.equal(outcome.kind, 'lost');
  await closed;
});

for (const [title, respond, expected] of errors) {
  const { kind, reason, name, message, trace } = expected as Record<string, unknown>;
  test(`${title}: ${kind}, after exactly one attempt`, async (t) => {
    const { outcome, requests } = await callOnce(t, respond);
    const received = outcome as { error?: { name: string; message: string }; [key: string]: unknown };
    assert.equal(received.kind, kind);
    if (reason instanceof RegExp) assert.match(String(received.reason), reason);
    else assert.equal(received.reason, reason);
    if (kind !== 'throttled') assert.equal(received.error?.name, name ?? 'ChildInvocationError');
    if (message instanceof RegExp) assert.match(received.error?.message ?? '', message);
    if (trace) assert.deepEqual(received.trace, trace);
    assert.equal(requests.length, 1);
  });
}

test('plain text with status 200, as sam local answers a crash, is passed on for the engine to refuse', async (t) => {
  const { outcome } = await callOnce(t, reply('Task timed out after 3.00 seconds'));
  assert.deepEqual(outcome, { kind: 'replied', payload: 'Task timed out after 3.00 seconds' });
  assert.deepEqual((await callOnce(t, reply(''))).outcome, { kind: 'replied', payload: '' });
});

test('nobody there: the answer is lost, and the message says where it was looked for', async (t) => {
  const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
  // a name with several addresses, for which Node.js reports one error without a message
  t.mock.method(dns, 'lookup', (...[, , done]: [string, object, (error: null, found: object) => void]) =>
    done(null, addresses),
  );
  const outcome = await connect('http://lambda.test:1')(callOf());
  assert.deepEqual(outcome, {
    kind: 'lost',
    error: {
      name: 'ChildInvocationError',
      message:
        'Could not invoke classify:live: AggregateError: connect ECONNREFUSED 127.0.0.1:1; connect ECONNREFUSED 127.0.0.2:1',
    },
  });
});

test('without credentials children cannot be had', async (t) => {
  const { endpoint, requests } = await startLambdaServer(t, reply('{}'));
  const credentials = async () => {
    throw Object.assign(new Error('Could not load credentials from any providers'), {
      name: 'CredentialsProviderError',
    });
  };
  await assert.rejects(connect(endpoint, { credentials })(callOf()), {
    name: 'ConfigurationError',
    message:
      /^Expected a region and credentials to call functions with: CredentialsProviderError: Could not load/,
  });
  assert.equal(requests.length, 0);
});

test('a clock that is wrong is put right by the answer, and the call is worth another try', async (t) => {
  const server = await startLambdaServer(t, (request, response, message) => {
    // what the service's clock says, a day later
    response.setHeader('date', new Date(Date.now() + 86_400_000).toUTCString());
    refuse(403, 'RequestTimeTooSkewed')(request, response, message);
  });
  const outcome = await connect(server.endpoint)(callOf());
  assert.equal(outcome.kind, 'lost');
  assert.equal(server.requests.length, 1);
});

test('it is told once the request has left, before there is an answer', async (t) => {
  const { promise: mayAnswer, resolve: answerNow } = Promise.withResolvers<void>();
  const server = await startLambdaServer(t, async (...asked) => {
    await mayAnswer;
    reply('{}')(...asked);
  });
  const invoke = connect(server.endpoint);
  const { promise: left, resolve: sent } = Promise.withResolvers<void>();
  const answer = invoke(callOf({ sent }));
  await left;
  answerNow();
  assert.equal((await answer).kind, 'replied');
  // and again on the connection that is kept
  const { promise: again, resolve } = Promise.withResolvers<void>();
  await Promise.all([invoke(callOf({ sent: resolve })), again]);
});

test('a child that does not answer in time counts as crashed, and its connection is closed', async (t) => {
  const timeoutMs = 100.5;
  let timeIsOver = () => {};
  const { setTimeout: start } = globalThis;
  // this one timer fires when the request has come in, and not before
  t.mock.method(globalThis, 'setTimeout', (...given: Parameters<typeof start>) => {
    if (given[1] !== timeoutMs) return start(...given);
    timeIsOver = given[0];
    return start(() => {}, 0);
  });
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const hang: Respond = (_, response) => {
    response.once('close', resolve);
    timeIsOver();
  };
  const { outcome } = await callOnce(t, hang, { timeoutMs });
  await closed;
  assert.deepEqual(outcome, {
    kind: 'crashed',
    error: { name: 'ChildInvocationError', message: 'classify:live did not answer within 101 ms' },
  });
});

test('an aborted call ends at once, and its connection is closed', async (t) => {
  const controller = new AbortController();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const hang: Respond = (_, response) => {
    response.once('close', resolve);
    controller.abort(new Error('first error elsewhere'));
  };
  const { outcome } = await callOnce(t, hang, { signal: controller.signal });
  assert.deepEqual(outcome, { kind: 'aborted' });
  await closed;
});

test('a call aborted before it began is never sent', async (t) => {
  const { outcome, requests } = await callOnce(t, reply('{}'), { signal: AbortSignal.abort() });
  assert.deepEqual(outcome, { kind: 'aborted' });
  assert.equal(requests.length, 0);
});

test('more than fifty children are out at once, where the SDK by itself stops at fifty', async (t) => {
  const lanes = 80;
  const waiting: (() => void)[] = [];
  const server = await startLambdaServer(t, (_, response) => {
    waiting.push(() => response.end('{}'));
    if (waiting.length === lanes) for (const letGo of waiting) letGo();
  });
  const invoke = connect(server.endpoint, { maxSockets: lanes });
  const outcomes = await Promise.all(Array.from({ length: lanes }, () => invoke(callOf())));
  assert.ok(outcomes.every(({ kind }) => kind === 'replied'));
  assert.equal(server.peak(), lanes);
});
