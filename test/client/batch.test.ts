import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runBatch } from '../../client/batch.ts';
import type { BatchInput } from '../../client/batch-input.ts';
import type { Outcome } from '../../engine/policy/outcome.ts';
import { readAbort } from '../../engine/protocol/envelope.ts';
import { startLambdaServer } from '../engine/support/lambda-server.ts';
import { buildGate } from '../local/support/gate.ts';
import { startTestHost } from '../local/support/local.ts';
import { farBeyond } from '../local/support/pace.ts';

const environment = { MAX_WORK_PER_REQUEST: '2', NUM_PARALLEL_REQUESTS: '2', FUNCTION_ALIAS: 'live' };
const tree = {
  name: 'tree',
  module: new URL('../engine/handlers/tree.ts', import.meta.url).href,
  environment,
};

const runner = (endpoint: string) => (input: Partial<BatchInput>) =>
  runBatch({
    functionName: 'tree',
    items: [],
    shape: { maxWork: 2, maxLanes: 2, slots: 4 },
    connection: {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    ...input,
  });

const numbered = (size: number) => Array.from({ length: size }, (_, n) => ({ n }));

const openGate = async (t: TestContext) => {
  const gate = await buildGate();
  t.after(() => gate.close());
  return gate;
};

test('a batch from outside, over the local host', async (t) => {
  const host = await startTestHost(t, [tree], 4);
  const run = runner(host.endpoint);

  await t.test('outcomes stand in the order of the items, and the summary counts what it took', async () => {
    const from = host.events.length;
    const { outcomes, summary, stopped } = await run({ items: numbered(15) });
    assert.deepEqual(
      outcomes,
      numbered(15).map((item) => ({ results: item })),
    );
    assert.equal(stopped, undefined);
    const started = host.events.slice(from).filter(({ kind }) => kind === 'invocation started');
    assert.equal(summary.invocations, started.length);
    assert.deepEqual(
      [summary.items, summary.succeeded, summary.failed, summary.version, summary.colour],
      [15, 15, 0, '1', 'none'],
    );
    assert.equal(summary.receipts, undefined);
  });

  await t.test('receipts are of all invocations below the caller, within its own time', async () => {
    const beganMs = Date.now();
    const { summary } = await run({ items: numbered(15), options: { receipts: true } });
    const answered = (summary.receipts ?? []).filter(({ outcome }) => outcome === 'answered');
    assert.equal(answered.length, summary.invocations);
    assert.equal(summary.receipts?.length, summary.invocations + summary.throttled + summary.retried);
    for (const { span } of answered) assert.ok(beganMs <= span[0] && span[1] <= Date.now());
    assert.ok(
      answered.some(({ path }) => path.split('.').length > 2),
      'with grandchildren',
    );
  });

  await t.test('every outcome is told once, with its index, as it comes', async () => {
    const told = new Map<number, Outcome<unknown>>();
    const { outcomes } = await run({
      items: numbered(9).with(4, { fail: 'QuotaError' } as never),
      onError: 'collect',
      onOutcome: (index, outcome) => {
        assert.ok(!told.has(index));
        told.set(index, outcome);
      },
    });
    assert.deepEqual(
      [...told.entries()].sort(([a], [b]) => a - b),
      [...outcomes.entries()],
    );
  });

  await t.test('under raise the first error stops the batch, by its own name', async () => {
    const { stopped, summary } = await run({ items: [...numbered(5), { fail: 'QuotaError' }] });
    assert.equal(stopped?.name, 'QuotaError');
    assert.match(stopped?.message ?? '', /^failed at 0\.\d/);
    assert.equal(summary.items, 6);
  });

  await t.test('an item that kills its invocation is found, and the others are answered', async () => {
    const items = [{ n: 0 }, { n: 1 }, { n: 2 }, { exit: true }, { n: 4 }];
    const { outcomes } = await run({ items, onError: 'collect' });
    assert.deepEqual(
      outcomes.filter((_, index) => index !== 3),
      [0, 1, 2, 4].map((n) => ({ results: { n } })),
    );
    assert.match(JSON.stringify(outcomes[3]), /"ChildInvocationError".*Runtime\.ExitError/);
  });

  await t.test('options that the function does not know are named', async () => {
    const { stopped } = await run({ items: numbered(1), options: { colour: 'red' } });
    assert.equal(stopped?.name, 'InvalidRequestError');
    assert.match(stopped?.message ?? '', /^options: unknown colour; expected one of/);
  });

  await t.test('an alias without a version is an error that says so', async () => {
    const { outcomes } = await run({ items: numbered(1), qualifier: 'canary', onError: 'collect' });
    assert.match(
      JSON.stringify(outcomes[0]),
      /Could not invoke tree:canary: HTTP 404, ResourceNotFoundException/,
    );
  });

  await t.test('after an abort no invocation begins, and what was answered is kept', async (t) => {
    const gate = await openGate(t);
    const controller = new AbortController();
    const from = host.events.length;
    const batch = run({
      // without own work lanes take from the front: the first chunk of each waits at the gate
      items: [{ gate: gate.port }, { n: 1 }, { gate: gate.port }, { n: 3 }, ...numbered(20)],
      shape: { maxWork: 2, maxLanes: 2, slots: 2 },
      signal: controller.signal,
      onError: 'collect',
    });
    await Promise.all([gate.arrival(), gate.arrival()]);
    controller.abort(new Error('Ctrl-C'));
    const { stopped, outcomes } = await batch;
    assert.equal(stopped?.message, 'Ctrl-C');
    assert.equal(outcomes.length, 24);
    gate.open();
    // both had arrived, so both are known; what was under way ends by itself
    const ours = host.events
      .slice(from)
      .flatMap((event) => (event.kind === 'invocation started' ? [event] : []));
    for (const { requestId } of ours) {
      await host.event('invocation ended', (event) => event.requestId === requestId);
    }
    const started = host.events.slice(from).filter(({ kind }) => kind === 'invocation started');
    assert.equal(started.length, 3, 'two children, and the request to tell them');
  });

  await t.test('a process that ran a batch ends by itself', async () => {
    const script = fileURLToPath(new URL('./support/run-and-end.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, host.endpoint]);
    assert.equal(stdout, '6 undefined');
  });
});

test('an aborted batch closes every connection it had open, and opens no other than to tell of it', async (t) => {
  const controller = new AbortController();
  const closed: Promise<void>[] = [];
  const server = await startLambdaServer(t, ({ body }, response) => {
    if (readAbort(JSON.parse(body)) !== undefined) return void response.end('{}');
    const { promise, resolve } = Promise.withResolvers<void>();
    response.once('close', resolve);
    closed.push(promise);
    if (closed.length === 3) controller.abort(new Error('Ctrl-C'));
  });
  const { stopped } = await runner(server.endpoint)({
    items: numbered(100),
    shape: { maxWork: 2, maxLanes: 3, slots: 3 },
    signal: controller.signal,
  });
  assert.equal(stopped?.message, 'Ctrl-C');
  await Promise.all(closed);
  assert.equal(server.open(), 0);
  assert.equal(server.requests.length, 4);
});

test('at its deadline a batch is stopped, with what was answered by then', async (t) => {
  const quick = await startLambdaServer(t, (_, response) => response.writeHead(404).end('{}'));
  const enoughMs = await farBeyond(() => runner(quick.endpoint)({ items: numbered(2), onError: 'collect' }));
  const server = await startLambdaServer(t, () => {});
  const { stopped, outcomes } = await runner(server.endpoint)({
    items: numbered(2),
    deadline: Date.now() + enoughMs,
    onError: 'collect',
  });
  assert.equal(server.requests.length, 1);
  assert.equal(stopped?.name, 'DeadlineExceededError');
  assert.deepEqual(outcomes, [undefined, undefined]);
});

test('an endless deadline is none, and one that is no instant is refused', async (t) => {
  const server = await startLambdaServer(t, (_, response) => response.writeHead(404).end('{}'));
  const run = runner(server.endpoint);
  await run({ items: numbered(1), deadline: Number.POSITIVE_INFINITY, onError: 'collect' });
  const sent = JSON.parse(server.requests[0]?.body ?? '').$droste.deadline;
  assert.equal(sent, Number.MAX_SAFE_INTEGER);
  await assert.rejects(run({ deadline: Date.parse('ten') }), {
    name: 'InvalidRequestError',
    message: 'Expected the deadline to be an instant in epoch milliseconds, received NaN',
  });
});

test('items that cannot be written as JSON fail by saying so', async (t) => {
  const server = await startLambdaServer(t, () => {});
  const { outcomes } = await runner(server.endpoint)({ items: [1n], onError: 'collect' });
  assert.match(JSON.stringify(outcomes), /InvalidRequestError.*that JSON can carry: TypeError: .*BigInt/);
  assert.equal(server.requests.length, 0);
});

test('an observer that throws ends the batch with its error', async (t) => {
  const server = await startLambdaServer(t, (_, response) => response.writeHead(404).end('{}'));
  const { stopped } = await runner(server.endpoint)({
    items: numbered(1),
    onError: 'collect',
    onOutcome: () => {
      throw new RangeError('disk full');
    },
  });
  assert.equal(stopped?.message, 'disk full');
});

test('with no time left for a call none is made, and the batch is stopped by its deadline', async (t) => {
  const server = await startLambdaServer(t, () => {});
  const { stopped } = await runner(server.endpoint)({ items: numbered(2), deadline: Date.now() + 100 });
  assert.equal(stopped?.name, 'DeadlineExceededError');
  assert.equal(server.requests.length, 0);
});
