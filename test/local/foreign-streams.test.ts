import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHttpApi } from '../../local/index.ts';
import { handlerUrl, startTestHost } from './support/local.ts';

const LINES = 'application/x-ndjson';

test('whatever a handler does with its stream, the host answers it and goes on', async (t) => {
  const host = await startTestHost(
    t,
    [
      { name: 'stream', module: handlerUrl('stream.ts'), onSuccess: 'echo' },
      { name: 'echo', module: handlerUrl('echo.ts') },
    ],
    1,
  );
  const api = await startHttpApi({
    host,
    routes: [{ method: 'POST', path: '/stream', functionName: 'stream', streams: LINES }],
  });
  t.after(api.close);
  const ask = async (asked: unknown, accept = LINES) => {
    const reply = await fetch(`${api.endpoint}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, 'x-droste-token': host.token },
      body: JSON.stringify(asked),
    });
    return { status: reply.status, type: reply.headers.get('content-type'), text: await reply.text() };
  };
  const bytes = { status: 200, type: 'application/octet-stream' };
  const failed = {
    status: 500,
    type: 'application/json',
    text: '{"message":"Internal Server Error"}',
  };

  await t.test('what was left in the stream of a handler that failed is in no other reply', async () => {
    const { payload } = await host.send({
      FunctionName: 'stream',
      Payload: '{"write":["1","2"],"leave":true}',
    });
    assert.equal(payload.errorMessage, 'Response stream is not finished.');
    for (const text of ['3', '4']) {
      const next = await host.send({ FunctionName: 'stream', Payload: JSON.stringify({ write: [text] }) });
      assert.deepEqual([next.functionError, next.payload], [undefined, Number(text)]);
    }
  });

  await t.test('a head that cannot be sent is an error of the server', async () => {
    for (const head of [{ statusCode: 'odd' }, { statusCode: 99 }, { headers: { 'a name': 'x' } }]) {
      assert.deepEqual(await ask({ head, write: ['1', '2'] }), failed);
    }
  });

  await t.test('without a head it is bytes, whatever they are', async () => {
    const zeros = `not a head${'\0'.repeat(9)}`;
    assert.deepEqual(await ask({ write: [zeros] }), { ...bytes, text: zeros });
    assert.deepEqual(await ask({}), { ...bytes, text: '' });
  });

  await t.test('who does not take lines, or not at all, is answered whole', async () => {
    assert.deepEqual(await ask({ write: ['no JSON'] }, '*/*'), failed);
    assert.deepEqual(await ask({ write: ['7'] }, `${LINES}; q=0`), {
      ...{ status: 200, type: 'application/json' },
      text: '7',
    });
  });

  await t.test('what is no JSON reaches no destination', async () => {
    await host.send({ FunctionName: 'stream', InvocationType: 'Event', Payload: '{"write":["{}\\n{}\\n"]}' });
    const { errorType } = await host.event('event dropped');
    assert.equal(errorType, 'DestinationDeliveryFailure');
  });
});
