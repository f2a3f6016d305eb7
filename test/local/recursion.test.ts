import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handlerUrl, startTestHost } from './support/local.ts';

const RECURSE = { name: 'recurse', module: handlerUrl('recurse.ts') };

test('a function that calls itself through the SDK without end is stopped after sixteen invocations', async (t) => {
  const host = await startTestHost(t, [RECURSE], 17);
  const { payload } = await host.send({ FunctionName: 'recurse:live', Payload: '{"depth":1}' });
  assert.equal(payload.depth, 16);
  assert.equal(payload.name, 'RecursiveInvocationException');
  assert.equal(payload.type, 'User');
  assert.match(payload.message, /^Recursive loop detected: function recurse/);
  assert.equal(host.events.filter(({ kind }) => kind === 'recursive loop stopped').length, 1);
});

test('with fewer slots than levels the innermost call is throttled, not stuck', async (t) => {
  const host = await startTestHost(t, [RECURSE], 2);
  const { payload } = await host.send({ FunctionName: 'recurse:live', Payload: '{"depth":1}' });
  assert.equal(payload.depth, 2);
  assert.equal(payload.name, 'TooManyRequestsException');
});
