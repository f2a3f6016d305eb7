import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import {
  InvalidRequestContentException,
  RequestTooLargeException,
  ResourceNotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import { buildGate } from './support/gate.ts';
import { handlerUrl, startTestHost } from './support/local.ts';

const ECHO = { name: 'echo', module: handlerUrl('echo.ts') };
const JSON_TYPE = { 'content-type': 'application/json' };
const WAIT = { name: 'wait', module: handlerUrl('wait.ts') };

test('the SDK invokes a function by every form of its name', async (t) => {
  const host = await startTestHost(t, [ECHO], 1);
  for (const [FunctionName, version] of [
    ['echo', '$LATEST'],
    ['echo:$LATEST', '$LATEST'],
    ['echo:live', '1'],
    ['echo:1', '1'],
    ['123456789012:function:echo:live', '1'],
    ['arn:aws:lambda:us-east-1:123456789012:function:echo', '$LATEST'],
    ['arn:aws:lambda:us-east-1:123456789012:function:echo:live', '1'],
  ] as const) {
    const reply = await host.send({ FunctionName, Payload: '{"a":[1]}' });
    assert.equal(reply.status, 200, FunctionName);
    assert.equal(reply.executedVersion, version, FunctionName);
    assert.equal(reply.functionError, undefined);
    assert.deepEqual(reply.payload.event, { a: [1] });
    assert.equal(reply.requestId, reply.payload.context.awsRequestId);
  }
  const qualified = await host.send({ Qualifier: 'live' });
  assert.equal(qualified.executedVersion, '1');
});

test('a name may be sent with and without URL encoding', async (t) => {
  const host = await startTestHost(t, [ECHO], 1);
  for (const name of ['echo:live', 'echo%3Alive']) {
    const url = `${host.endpoint}/2015-03-31/functions/${name}/invocations`;
    const reply = await fetch(url, { method: 'POST', headers: JSON_TYPE, body: '{}' });
    assert.equal(reply.headers.get('x-amz-executed-version'), '1');
    assert.match(reply.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/);
  }
});

test('an empty body is an empty event', async (t) => {
  const host = await startTestHost(t, [ECHO], 1);
  assert.deepEqual((await host.send({})).payload.event, {});
});

test('a qualifier in the name and another in the query are refused', async (t) => {
  const host = await startTestHost(t, [ECHO]);
  await assert.rejects(host.send({ FunctionName: 'echo:live', Qualifier: '1' }), {
    name: 'InvalidParameterValueException',
    message: /\(live\) does not match .* \(1\)/,
  });
  assert.equal((await host.send({ FunctionName: 'echo:1', Qualifier: '1' })).status, 200);
});

test('an unknown function, version or alias is not found', async (t) => {
  const host = await startTestHost(t, [ECHO]);
  for (const FunctionName of ['nobody', 'echo:2', 'echo:beta']) {
    await assert.rejects(host.send({ FunctionName }), (error: unknown) => {
      assert.ok(error instanceof ResourceNotFoundException);
      assert.equal(error.$metadata.httpStatusCode, 404);
      assert.equal(error.Type, 'User');
      assert.equal(
        error.message,
        `Function not found: arn:aws:lambda:us-east-1:123456789012:function:${FunctionName}`,
      );
      return true;
    });
  }
});

test('a body that is no JSON is refused, for every invocation type', async (t) => {
  const host = await startTestHost(t, [ECHO], 1);
  for (const InvocationType of ['RequestResponse', 'Event', 'DryRun'] as const) {
    await assert.rejects(host.send({ InvocationType, Payload: '{"a":' }), (error: unknown) => {
      assert.ok(error instanceof InvalidRequestContentException);
      assert.equal(error.$metadata.httpStatusCode, 400);
      assert.match(error.message, /^Could not parse request body into json: /);
      return true;
    });
  }
  await assert.rejects(host.send({ Payload: Buffer.from([0x22, 0xff, 0x22]) }), {
    name: 'InvalidRequestContentException',
  });
  assert.equal((await host.send({ Payload: '1' })).payload.event, 1);
});

test('a dry run answers 204 and runs nothing', async (t) => {
  const host = await startTestHost(t, [ECHO]);
  assert.equal((await host.send({ InvocationType: 'DryRun' })).status, 204);
  await assert.rejects(host.send({ FunctionName: 'nobody', InvocationType: 'DryRun' }), {
    name: 'ResourceNotFoundException',
  });
  assert.deepEqual(host.events, []);
});

test('an event is accepted at once and runs in the background, when there is a slot', async (t) => {
  const gate = await buildGate();
  t.after(gate.close);
  const host = await startTestHost(t, [WAIT], 1);
  const Payload = JSON.stringify({ port: gate.port });
  const replies = [
    await host.send({ InvocationType: 'Event', Payload }),
    await host.send({ InvocationType: 'Event', Payload }),
  ];
  assert.deepEqual(
    replies.map(({ status }) => status),
    [202, 202],
  );
  for (const { requestId } of replies) {
    await gate.arrival();
    gate.open();
    await host.event('invocation ended', (ended) => ended.requestId === requestId);
  }
});

test('payloads are as large as Lambda allows, and not a byte larger', async (t) => {
  const host = await startTestHost(t, [{ name: 'count', module: handlerUrl('count.ts') }], 1);
  const json = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));
  assert.equal((await host.send({ Payload: json(6_291_456) })).payload.invocations, 1);
  for (const [InvocationType, bytes] of [
    ['RequestResponse', 6_291_457],
    ['RequestResponse', 12_000_000],
    ['Event', 1_048_577],
  ] as const) {
    await assert.rejects(host.send({ InvocationType, Payload: json(bytes) }), (error: unknown) => {
      assert.ok(error instanceof RequestTooLargeException);
      assert.equal(error.$metadata.httpStatusCode, 413);
      return true;
    });
  }
  assert.equal((await host.send({ InvocationType: 'Event', Payload: json(1_048_576) })).status, 202);
});

test('above the concurrency limit a call is throttled at once, with the reason', async (t) => {
  const gate = await buildGate();
  t.after(gate.close);
  const reserved = { ...WAIT, name: 'reserved', reservedConcurrency: 1 };
  const host = await startTestHost(t, [WAIT, reserved], 2);
  const Payload = JSON.stringify({ port: gate.port });
  const running = [host.send({ Payload }), host.send({ FunctionName: 'reserved', Payload })];
  await gate.arrival();
  await gate.arrival();
  for (const [FunctionName, Reason] of [
    ['wait', 'ConcurrentInvocationLimitExceeded'],
    ['reserved', 'ReservedFunctionConcurrentInvocationLimitExceeded'],
  ] as const) {
    await assert.rejects(host.send({ FunctionName, Payload }), (error: unknown) => {
      assert.ok(error instanceof TooManyRequestsException);
      assert.equal(error.$metadata.httpStatusCode, 429);
      assert.equal(error.Reason, Reason);
      assert.equal(error.retryAfterSeconds, '1');
      assert.equal(error.message, 'Rate Exceeded.');
      return true;
    });
  }
  gate.open();
  for (const { payload } of await Promise.all(running)) assert.equal(payload, 'through');
  const again = host.send({ Payload });
  await gate.arrival();
  gate.open();
  assert.equal((await again).payload, 'through');
});

test('when the caller goes, the invocation goes on to its end and keeps its slot until then', async (t) => {
  const gate = await buildGate();
  t.after(gate.close);
  const host = await startTestHost(t, [WAIT], 1);
  const payload = JSON.stringify({ port: gate.port });
  const url = `${host.endpoint}/2015-03-31/functions/wait/invocations`;
  const call = request(url, { method: 'POST' });
  call.on('error', () => {});
  call.end(payload);
  const { socket } = await gate.arrival();
  const closed = new Promise((resolve) => call.on('close', resolve));
  call.destroy();
  await closed;
  await assert.rejects(host.send({ Payload: payload }), { name: 'TooManyRequestsException' });
  assert.equal(socket.destroyed, false);
  gate.open();
  const ended = await host.event('invocation ended');
  assert.equal(ended.errorType, undefined);
});

test('a call that is no operation of the API says so', async (t) => {
  const host = await startTestHost(t, [ECHO]);
  for (const path of [
    '/',
    '//',
    '/2015-03-31/functions/echo',
    '/2015-03-31/functions/echo/code',
    '/2015-03-31/functions/%E0%A4%A/invocations',
  ]) {
    const reply = await fetch(`${host.endpoint}${path}`, { method: 'POST' });
    assert.ok(reply.status === 404 || reply.status === 400, `${path}: ${reply.status}`);
    assert.match(reply.headers.get('x-amzn-errortype') ?? '', /Exception$/);
  }
  await assert.rejects(host.send({ InvocationType: 'Later' as 'Event' }), {
    name: 'InvalidParameterValueException',
  });
});

test('the call without HTTP answers the same', async (t) => {
  const host = await startTestHost(t, [ECHO], 1);
  const reply = await host.invoke('echo:live', '{"a":1}', { logType: 'Tail' });
  assert.ok(reply.kind === 'executed');
  assert.equal(reply.executedVersion, '1');
  assert.deepEqual(JSON.parse(reply.payload.toString()).event, { a: 1 });
  assert.match(reply.logTail?.toString() ?? '', /^START RequestId: /);
});

test('a client context reaches the handler', async (t) => {
  const host = await startTestHost(t, [ECHO], 1);
  const ClientContext = Buffer.from('{"custom":{"a":"b"}}').toString('base64');
  assert.deepEqual((await host.send({ ClientContext })).payload.context.clientContext, {
    custom: { a: 'b' },
  });
  await assert.rejects(host.send({ ClientContext: 'no JSON' }), { name: 'InvalidRequestContentException' });
});

test('an event whose function fails is run again under its request id, then dropped', async (t) => {
  const fail = { name: 'fail', module: handlerUrl('fail.ts'), eventRetryDelaysMs: [0, 0] };
  const host = await startTestHost(t, [fail], 1);
  const Payload = JSON.stringify({ way: 'throw' });
  const { status, requestId } = await host.send({ InvocationType: 'Event', Payload });
  assert.equal(status, 202);
  const dropped = await host.event('event dropped');
  assert.equal(dropped.requestId, requestId);
  assert.equal(dropped.errorType, 'TeapotError');
  const runs = host.events.filter((event) => event.kind === 'invocation ended');
  assert.deepEqual(
    runs.map((run) => run.requestId),
    [requestId, requestId, requestId],
  );
});

test('an event that ends well is told to the destination, as Lambda words it, if there is room', async (t) => {
  const echo = handlerUrl('echo.ts');
  const host = await startTestHost(
    t,
    [
      { name: 'echo', module: echo, onSuccess: 'keeper:live' },
      { name: 'keeper', module: echo },
    ],
    2,
  );
  const { requestId } = await host.send({
    FunctionName: 'echo:live',
    InvocationType: 'Event',
    Payload: '{"n":1}',
  });
  const told = await host.event('invocation started', ({ functionName }) => functionName === 'keeper');
  const { timestamp, responsePayload, ...record } = JSON.parse(Buffer.from(told.payload).toString());
  assert.ok(Date.parse(timestamp) > 0);
  assert.ok(responsePayload);
  assert.deepEqual(record, {
    version: '1.0',
    requestContext: {
      requestId,
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:echo:live',
      condition: 'Success',
      approximateInvokeCount: 1,
    },
    requestPayload: { n: 1 },
    responseContext: { statusCode: 200, executedVersion: '1' },
  });
  await host.send({ InvocationType: 'Event', Payload: JSON.stringify({ text: 'x'.repeat(300_000) }) });
  assert.equal((await host.event('event dropped')).errorType, 'DestinationDeliveryFailure');
});

test('an event that waits to be run again does not keep the host from closing', async (t) => {
  const fail = { name: 'fail', module: handlerUrl('fail.ts'), eventRetryDelaysMs: [900_000] };
  const host = await startTestHost(t, [fail], 1);
  await host.send({ InvocationType: 'Event', Payload: JSON.stringify({ way: 'throw' }) });
  await host.event('invocation ended');
  await host.close();
  assert.equal(host.events.filter(({ kind }) => kind === 'event dropped').length, 0);
});
