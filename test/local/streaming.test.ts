import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { InvokeCommand, InvokeWithResponseStreamCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type HostEvent, startHttpApi } from '../../local/index.ts';
import { REPLY_MAX_BYTES } from '../../platform/index.ts';
import { buildGate } from './support/gate.ts';
import { handlerUrl, startTestHost } from './support/local.ts';

const LINES = 'application/x-ndjson';

/** The lines of a text, as values. */
// biome-ignore lint/suspicious/noExplicitAny: what a function answered, for assertions
const valuesOf = (text: string): any[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

test('replies are streamed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-stream-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const environment = {
    STREAMING: 'true',
    MAX_WORK_PER_REQUEST: '2',
    NUM_PARALLEL_REQUESTS: '2',
    MAX_SLOTS: '3',
    STORE: pathToFileURL(folder).href,
    FUNCTION_ALIAS: 'live',
  };
  const module = new URL('../engine/handlers/tree.ts', import.meta.url).href;
  const host = await startTestHost(
    t,
    [
      { name: 'tree', module, environment, timeoutMs: 60_000 },
      { name: 'plain', module, environment: { FANOUT_ENABLED: 'false' } },
      { name: 'echo', module: handlerUrl('echo.ts') },
    ],
    4,
  );
  const api = await startHttpApi({
    host,
    routes: [
      { method: 'POST', path: '/tree', functionName: 'tree', qualifier: 'live', streams: LINES },
      { method: 'POST', path: '/plain', functionName: 'plain', qualifier: 'live', streams: LINES },
    ],
  });
  t.after(api.close);
  const client = new LambdaClient({ ...host.connection, maxAttempts: 1 });
  t.after(() => client.destroy());

  const ask = (path: string, event: unknown, accept = LINES) =>
    fetch(`${api.endpoint}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, 'x-droste-token': host.token },
      body: JSON.stringify(event),
    });

  /** What the SDK makes of a stream. */
  const sendStreamed = async (functionName: string, event: unknown) => {
    const command = new InvokeWithResponseStreamCommand({
      FunctionName: functionName,
      Payload: Buffer.from(JSON.stringify(event)),
      LogType: 'Tail',
    });
    const { EventStream = [], ExecutedVersion } = await client.send(command);
    let text = '';
    for await (const { PayloadChunk, InvokeComplete } of EventStream) {
      if (PayloadChunk?.Payload) text += Buffer.from(PayloadChunk.Payload).toString();
      if (InvokeComplete) return { text, complete: InvokeComplete, version: ExecutedVersion };
    }
    throw new Error('Expected an event that completes the stream, received none');
  };

  await t.test('a line comes as soon as it is there, while later items are held', async () => {
    const gate = await buildGate();
    try {
      const held = { gate: gate.port };
      const reply = await ask('/tree', { items: [0, 1, held, 3, 4, 5], options: { onError: 'collect' } });
      assert.equal(reply.status, 200);
      assert.equal(reply.headers.get('content-type'), LINES);
      assert.match(reply.headers.get('x-droste-root-request-id') ?? '', /^[\w-]{36}$/);
      const lines = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
      const first = await lines?.read();
      assert.deepEqual(valuesOf(first?.value ?? '')[0], { item: 0, index: 0, results: 0 });
      await gate.arrival();
      gate.open();
      let rest = first?.value ?? '';
      for (let next = await lines?.read(); next && !next.done; next = await lines?.read()) rest += next.value;
      const values = valuesOf(rest);
      assert.deepEqual(
        values.map(({ index }) => index),
        [0, 1, 2, 3, 4, 5, undefined],
      );
      assert.equal(values.at(-1).summary.succeeded, 6);
    } finally {
      await gate.close();
    }
  });

  await t.test('results of more than an invocation carries whole arrive', async () => {
    const size = 1_000_000;
    const reply = await ask('/tree', { items: Array.from({ length: 8 }, () => ({ size })) });
    const text = await reply.text();
    assert.ok(text.length > REPLY_MAX_BYTES);
    const values = valuesOf(text);
    assert.ok(values.slice(0, 8).every(({ index, results }, at) => index === at && results.length === size));
    assert.equal(values[8].summary.items, 8);
  });

  await t.test('a caller who goes away stops the tree, and its children', async () => {
    const hang = { hang: true };
    const call = request(`${api.endpoint}/tree`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: LINES, 'x-droste-token': host.token },
    });
    call.on('error', () => {});
    const before = host.events.length;
    call.end(JSON.stringify([0, ...Array.from({ length: 40 }, () => hang)]));
    const [reply] = await once(call, 'response');
    reply.on('error', () => {});
    await once(reply, 'data');
    // the root and its two lanes
    const count = (kind: HostEvent['kind']) =>
      host.events.slice(before).filter((event) => event.kind === kind).length;
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
    };
    await until(() => count('invocation started') === 3);
    call.destroy();
    await until(() => count('invocation ended') === 3);
    assert.equal(count('invocation started'), 3);
  });

  await t.test('under raise the first error is the last line', async () => {
    const reply = await ask('/tree', [0, { fail: 'OddError' }]);
    assert.equal(reply.status, 200);
    const [first, last, ...more] = valuesOf(await reply.text());
    assert.deepEqual(first, { item: 0, index: 0, results: 0 });
    // what was not made for callers is told to nobody outside
    assert.deepEqual(last.error, {
      name: 'InternalError',
      message: 'Something failed inside the function.',
      index: 1,
    });
    assert.equal(last.rootRequestId, reply.headers.get('x-droste-root-request-id'));
    assert.deepEqual(more, []);
  });

  await t.test('what is refused before the first line has its own status', async () => {
    const reply = await ask('/tree', { items: [0], options: { nonsense: 1 } });
    assert.equal(reply.status, 400);
    assert.equal(reply.headers.get('content-type'), 'application/problem+json');
    assert.match(await reply.text(), /nonsense/);
  });

  await t.test('an environment that dies breaks the reply off', async () => {
    const reply = await ask('/tree', [0, { exit: true }]);
    await assert.rejects(reply.text());
  });

  await t.test(
    'whoever does not ask for lines is answered whole, by a function that does not stream too',
    async () => {
      for (const [path, accept] of [
        ['/tree', '*/*'],
        ['/plain', LINES],
      ] as const) {
        const reply = await ask(path, [7], accept);
        assert.equal(reply.headers.get('content-type'), 'application/json');
        assert.deepEqual(await reply.json(), [{ item: 7, results: 7 }]);
      }
    },
  );

  await t.test('the SDK reads the lines, and how it ended', async () => {
    const { text, complete, version } = await sendStreamed('tree:live', {
      items: [0, 1, 2, 3, 4],
      options: { stream: true },
    });
    assert.deepEqual(
      valuesOf(text).map(({ index }) => index),
      [0, 1, 2, 3, 4, undefined],
    );
    assert.equal(version, '1');
    assert.equal(complete.ErrorCode, undefined);
    assert.match(Buffer.from(complete.LogResult ?? '', 'base64').toString(), /REPORT RequestId/);
  });

  await t.test('the SDK is told of an error in the event that completes the stream', async () => {
    const { text, complete } = await sendStreamed('tree:live', [{ fail: 'OddError' }]);
    assert.equal(text, '');
    assert.equal(complete.ErrorCode, 'OddError');
    assert.equal(JSON.parse(complete.ErrorDetails ?? '').errorMessage, 'failed at 0');
    const died = await sendStreamed('tree:live', { items: [0, { exit: true }], options: { stream: true } });
    assert.deepEqual(valuesOf(died.text)[0], { item: 0, index: 0, results: 0 });
    assert.equal(died.complete.ErrorCode, 'Runtime.ExitError');
  });

  await t.test(
    'a function that does not stream is one piece, and says so where lines are asked for',
    async () => {
      const echoed = await sendStreamed('echo', { some: 'event' });
      assert.deepEqual(JSON.parse(echoed.text).event, { some: 'event' });
      const refused = await sendStreamed('plain:live', { items: [0], options: { stream: true } });
      assert.equal(refused.complete.ErrorCode, 'InvalidRequestError');
      assert.match(refused.complete.ErrorDetails ?? '', /options\.stream/);
    },
  );

  await t.test('a call that cannot run is refused as by Invoke', async () => {
    await assert.rejects(sendStreamed('nobody', {}), { name: 'ResourceNotFoundException' });
  });

  await t.test('Invoke answers a streaming function as it always does', async () => {
    const invoke = async (event: unknown) => {
      const Payload = Buffer.from(JSON.stringify(event));
      const reply = await client.send(new InvokeCommand({ FunctionName: 'tree:live', Payload }));
      return { error: reply.FunctionError, value: JSON.parse(reply.Payload?.transformToString() ?? '') };
    };
    assert.deepEqual(
      (await invoke([1, 2, 3])).value.map(({ results }: { results: number }) => results),
      [1, 2, 3],
    );
    const failed = await invoke([{ fail: 'OddError' }]);
    assert.equal(failed.error, 'Unhandled');
    assert.equal(failed.value.errorType, 'OddError');
  });
});
