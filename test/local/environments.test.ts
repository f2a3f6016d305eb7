import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { startLocalHost } from '../../local/index.ts';
import { buildGate } from './support/gate.ts';
import { handlerUrl, startTestHost, type TestHost } from './support/local.ts';

const COUNT = { name: 'count', module: handlerUrl('count.ts') };
const WAIT = { name: 'wait', module: handlerUrl('wait.ts') };

/** Most environments alive at once, as the host told of them. */
const peakProcesses = ({ events }: TestHost): number => {
  let alive = 0;
  let peak = 0;
  for (const { kind } of events) {
    if (kind === 'environment started') alive += 1;
    if (kind === 'environment ended') alive -= 1;
    peak = Math.max(peak, alive);
  }
  return peak;
};

test('an environment starts cold and is reused warm', async (t) => {
  const host = await startTestHost(t, [COUNT]);
  const first = await host.send({});
  const second = await host.send({});
  assert.equal(second.payload.invocations, 2);
  assert.equal(second.payload.pid, first.payload.pid);
  const started = host.events.filter(({ kind }) => kind === 'invocation started');
  assert.deepEqual(
    started.map((event) => event.kind === 'invocation started' && event.cold),
    [true, false],
  );
  const ended = await host.event('invocation ended', ({ initMs }) => initMs === undefined);
  assert.equal(ended.requestId, second.requestId);
  assert.ok(ended.maxMemoryMb > 10);
});

test('concurrent invocations have environments of their own; the last one used is taken first', async (t) => {
  const gate = await buildGate();
  t.after(gate.close);
  const host = await startTestHost(t, [WAIT]);
  const Payload = JSON.stringify({ port: gate.port });
  const running = [host.send({ Payload }), host.send({ Payload })];
  const [early, late] = [await gate.arrival(), await gate.arrival()];
  assert.notEqual(early.said, late.said);
  early.socket.end();
  await Promise.race(running);
  late.socket.end();
  await Promise.all(running);
  const third = host.send({ Payload });
  assert.equal((await gate.arrival()).said, late.said);
  gate.open();
  await third;
});

test('there are never more processes than the concurrency, idle ones included', async (t) => {
  const functions = ['a', 'b', 'c'].map((name) => ({ ...COUNT, name }));
  const host = await startTestHost(t, functions, 2);
  for (const FunctionName of ['a', 'b', 'c', 'a', 'b']) {
    assert.equal((await host.send({ FunctionName })).payload.invocations, 1);
  }
  await Promise.all([host.send({ FunctionName: 'c' }), host.send({ FunctionName: 'a' })]);
  assert.ok(peakProcesses(host) <= 2, `${peakProcesses(host)} at once`);
  assert.equal((await host.event('environment ended')).reason, 'made room');
});

test('a version published is another module and environment; the alias moves when told', async (t) => {
  const host = await startTestHost(t, [COUNT]);
  const version = host.publishVersion('count', { module: handlerUrl('echo.ts'), environment: { A: 'b' } });
  assert.equal(version, '2');
  assert.equal((await host.send({ FunctionName: 'count:live' })).payload.version, '1');
  host.moveAlias('count', 'live', '2');
  const moved = await host.send({ FunctionName: 'count:live' });
  assert.equal(moved.executedVersion, '2');
  assert.equal(moved.payload.variables.A, 'b');
  assert.equal((await host.send({ FunctionName: 'count:1' })).payload.version, '1');
  assert.equal((await host.send({})).payload.variables.AWS_LAMBDA_FUNCTION_VERSION, '$LATEST');
  assert.throws(
    () => host.moveAlias('count', 'live', '9'),
    /Expected a published version of count \(1 to 2\)/,
  );
  assert.throws(() => host.publishVersion('nobody'), /Expected one of the functions count, received nobody/);
});

test('idle environments of a version nothing leads to are ended', async (t) => {
  const host = await startTestHost(t, [COUNT]);
  await host.send({ FunctionName: 'count:live' });
  host.moveAlias('count', 'live', host.publishVersion('count'));
  const ended = await host.event('environment ended');
  assert.equal(ended.reason, 'outdated');
  assert.equal(ended.version, '1');
});

test('a version nothing leads to keeps its warm environments while it is at work', async (t) => {
  const gate = await buildGate();
  t.after(gate.close);
  const host = await startTestHost(t, [WAIT]);
  const call = { FunctionName: 'wait:1', Payload: JSON.stringify({ port: gate.port }) };
  const root = host.send(call);
  const parent = await gate.arrival();
  host.moveAlias('wait', 'live', host.publishVersion('wait'));
  const pids = new Set<string>();
  for (let children = 0; children < 2; children += 1) {
    const child = host.send(call);
    const { said, socket } = await gate.arrival();
    pids.add(said);
    socket.end();
    await child;
  }
  assert.equal(pids.size, 1);
  parent.socket.end();
  await root;
  await Promise.all(
    [...pids].map((said) => {
      const pid = Number(said.split(' ')[1]);
      const { environmentId } = host.events.find(
        (event) => event.kind === 'environment started' && event.pid === pid,
      ) as { environmentId: string };
      return host.event('environment ended', (event) => event.environmentId === environmentId);
    }),
  );
});

test('close kills what runs, answers its caller, and may be called again', async (t) => {
  const gate = await buildGate();
  t.after(gate.close);
  const host = await startTestHost(t, [WAIT]);
  const Payload = JSON.stringify({ port: gate.port });
  const running = assert.rejects(host.send({ Payload }), { name: 'ServiceException' });
  await gate.arrival();
  await Promise.all([host.close(), host.close()]);
  await running;
  assert.equal((await host.event('environment ended')).reason, 'host closed');
  const after = await host.invoke('wait', '{}');
  assert.equal(after.kind === 'refused' && after.refusal.name, 'ServiceException');
});

test('an init under way is killed by close too', async (t) => {
  const gate = await buildGate();
  t.after(gate.close);
  const environment = { GATE_PORT: String(gate.port) };
  const host = await startTestHost(t, [{ name: 'slow', module: handlerUrl('slow-start.ts'), environment }]);
  const running = host.invoke('slow', '{}');
  await host.event('invocation started');
  await host.close();
  const reply = await running;
  assert.equal(reply.kind === 'refused' && reply.refusal.name, 'ServiceException');
});

test('the reply goes out when the handler settles; what it left behind runs on, into the next invocation', async (t) => {
  const gate = await buildGate();
  t.after(gate.close);
  const host = await startTestHost(t, [WAIT], 1);
  const first = await host.send({ Payload: JSON.stringify({ port: gate.port, leave: true }) });
  assert.equal(first.payload, 'left');
  const left = await gate.arrival();
  const second = host.send({ Payload: JSON.stringify({ port: gate.port }) });
  const next = await gate.arrival();
  assert.equal(next.said, left.said);
  left.socket.end();
  const log = await host.event('log', ({ line }) => line === 'left over');
  next.socket.end();
  assert.equal(log.requestId, (await second).requestId);
});

test('a host is used, called by its connection, and closed by `await using`', async () => {
  let endpoint = '';
  {
    await using host = await startLocalHost({ functions: [COUNT], concurrency: 1 });
    endpoint = host.connection.endpoint;
    const client = new LambdaClient(host.connection);
    const reply = await client.send(new InvokeCommand({ FunctionName: 'count:live' }));
    assert.equal(JSON.parse(reply.Payload?.transformToString() ?? '').invocations, 1);
    client.destroy();
  }
  await assert.rejects(fetch(endpoint), { message: 'fetch failed' });
});
