import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { handlerUrl, startTestHost } from './support/local.ts';

const FAIL = { name: 'fail', module: handlerUrl('fail.ts') };

const asked = (way: string, bytes = 0): { Payload: string } => ({ Payload: JSON.stringify({ way, bytes }) });

test('an error of the handler is exactly errorType, errorMessage and trace', async (t) => {
  const host = await startTestHost(t, [FAIL], 1);
  const { status, functionError, executedVersion, payload } = await host.send(asked('throw'));
  assert.equal(status, 200);
  assert.equal(functionError, 'Unhandled');
  assert.equal(executedVersion, '$LATEST');
  assert.deepEqual(Object.keys(payload), ['errorType', 'errorMessage', 'trace']);
  assert.equal(payload.errorType, 'TeapotError');
  assert.equal(payload.errorMessage, 'short and stout');
  assert.match(payload.trace[0], /short and stout$/);
  assert.match(payload.trace[1], /^ {4}at .*fail\.ts:\d+:\d+\)$/);
  assert.deepEqual((await host.send(asked('throwText'))).payload, {
    errorType: 'string',
    errorMessage: 'just text',
    trace: [],
  });
});

test('the environment of a failed handler is used again; its log names the error', async (t) => {
  const host = await startTestHost(t, [FAIL], 1);
  await host.send(asked('throw'));
  await host.send(asked('throw'));
  assert.equal(host.events.filter(({ kind }) => kind === 'environment started').length, 1);
  const { line } = await host.event('log', ({ stream }) => stream === 'stderr');
  assert.match(line, /^ERROR\tInvoke Error\t\{"errorType":"TeapotError","errorMessage":"short and stout"/);
});

test('a result that JSON does not have is null, or an error that says so', async (t) => {
  const host = await startTestHost(t, [FAIL], 1);
  const nothing = await host.send(asked('undefined'));
  assert.equal(nothing.payload, null);
  assert.equal(nothing.functionError, undefined);
  assert.equal((await host.send(asked('bigint'))).payload.errorType, 'Runtime.JSONStringifyError');
});

test('a reply is as large as Lambda allows, and not a byte larger', async (t) => {
  const host = await startTestHost(t, [FAIL], 1);
  assert.equal((await host.send(asked('big', 6_291_556))).payload.length, 6_291_554);
  const tooLarge = await host.send(asked('big', 6_291_557));
  assert.equal(tooLarge.functionError, 'Unhandled');
  assert.deepEqual(tooLarge.payload, {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  });
});

for (const [way, end] of [
  ['exit', 'Runtime exited with error: exit status 3'],
  ['exitSilently', 'Runtime exited without providing a reason'],
  ['abort', 'Runtime exited with error: signal: aborted'],
  ['rejectAlone', 'Runtime exited with error: exit status 128'],
  ['throwAlone', 'Runtime exited with error: exit status 129'],
  ['leaveChild', 'Runtime exited with error: exit status 1'],
] as const) {
  test(`a process that ends (${way}) is a Runtime.ExitError, and the next invocation starts cold`, async (t) => {
    const host = await startTestHost(t, [FAIL], 1);
    const reply = await host.send(asked(way));
    assert.equal(reply.functionError, 'Unhandled');
    assert.deepEqual(reply.payload, {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${reply.requestId} Error: ${end}`,
    });
    assert.equal((await host.send(asked('undefined'))).payload, null);
    const ended = await host.event('environment ended');
    assert.equal(ended.reason, 'exited');
  });
}

test('an invocation past its time-out is killed, and its environment with it', async (t) => {
  const host = await startTestHost(t, [{ ...FAIL, timeoutMs: 2_000 }], 1);
  const reply = await host.send(asked('hang'));
  assert.equal(reply.functionError, 'Unhandled');
  assert.deepEqual(reply.payload, {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${reply.requestId} Error: Task timed out after 2.00 seconds`,
  });
  assert.equal((await host.event('environment ended')).reason, 'timed out');
  assert.equal((await host.send(asked('undefined'))).payload, null);
});

test('a process above its memory is killed, by whichever memory it grew', async (t) => {
  const host = await startTestHost(t, [{ ...FAIL, memoryMb: 192 }], 1);
  const buffers = await host.send(asked('allocate'));
  assert.deepEqual(buffers.payload, {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${buffers.requestId} Error: Runtime exited with error: signal: killed`,
  });
  assert.equal((await host.event('environment ended')).reason, 'out of memory');
  const heap = await host.send(asked('fillHeap'));
  assert.match(heap.payload.errorMessage, /Runtime exited with error: signal: (?:killed|aborted)$/);
});

for (const [file, errorType, errorMessage] of [
  ['nowhere.ts', 'Runtime.ImportModuleError', /^Error: Cannot find module '.*nowhere\.ts'$/],
  ['no/such/folder.ts', 'Runtime.ImportModuleError', /^Error: Cannot find module/],
  ['import-missing.ts', 'Runtime.ImportModuleError', /Cannot find package 'a-package-that-is-not-there'/],
  ['no-handler.ts', 'Runtime.HandlerNotFound', /^no-handler\.handler is undefined or not exported$/],
  ['not-a-function.ts', 'Runtime.HandlerNotFound', /^not-a-function\.handler is not a function$/],
  ['callback.ts', 'Runtime.CallbackHandlerDeprecated', /callback/],
  ['throw-at-import.ts', 'RangeError', /^no luck at import$/],
] as const) {
  test(`${file} cannot be started: ${errorType}`, async (t) => {
    const host = await startTestHost(t, [{ name: 'fn', module: handlerUrl(file) }], 1);
    const reply = await host.send({});
    assert.equal(reply.functionError, 'Unhandled');
    assert.equal(reply.payload.errorType, errorType);
    assert.match(reply.payload.errorMessage, errorMessage);
    assert.ok(Array.isArray(reply.payload.trace));
    assert.equal((await host.event('environment ended')).reason, 'init failed');
  });
}

test('a module that is no JavaScript is a Runtime.UserCodeSyntaxError', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'local-host-'));
  t.after(() => rm(folder, { recursive: true }));
  const module = join(folder, 'broken.mjs');
  await writeFile(module, 'export const handler = async () => {');
  const host = await startTestHost(t, [{ name: 'fn', module }], 1);
  assert.equal((await host.send({})).payload.errorType, 'Runtime.UserCodeSyntaxError');
});
