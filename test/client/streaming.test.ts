import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { runBatch } from '../../client/batch.ts';
import { droste } from '../../client/droste.ts';
import { REPLY_MAX_BYTES } from '../../platform/index.ts';
import { buildGate } from '../local/support/gate.ts';
import { startTestHost } from '../local/support/local.ts';

const module = new URL('../engine/handlers/tree.ts', import.meta.url).href;
const plain = { MAX_WORK_PER_REQUEST: '10', NUM_PARALLEL_REQUESTS: '2', FUNCTION_ALIAS: 'live' };

const openGate = async (t: TestContext) => {
  const gate = await buildGate();
  t.after(() => gate.close());
  return gate;
};

test('the client over a function that streams', async (t) => {
  const host = await startTestHost(
    t,
    [
      { name: 'tree', module, environment: { ...plain, STREAMING: 'true' } },
      { name: 'whole', module, environment: plain },
    ],
    4,
  );
  const target = {
    functionName: 'tree',
    streaming: true,
    shape: { maxWork: 10, maxLanes: 2, slots: 4 },
    connection: {
      endpoint: host.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
  };

  await t.test('a map yields the first results of a call while its others are being made', async (t) => {
    const gate = await openGate(t);
    const held = { gate: gate.port };
    const results: unknown[] = [];
    for await (const result of droste(target).map([{ n: 0 }, { n: 1 }, held, { n: 3 }])) {
      results.push(result);
      if (results.length === 2) (await gate.arrival()).socket.end();
    }
    assert.deepEqual(results, [{ n: 0 }, { n: 1 }, held, { n: 3 }]);
  });

  await t.test('results of more than a reply carries whole are those of one call', async () => {
    const items = Array.from({ length: 8 }, (_, n) => ({ n, size: 1_000_000 }));
    const { outcomes, summary } = await runBatch({ ...target, items });
    assert.ok(JSON.stringify(outcomes).length > REPLY_MAX_BYTES);
    assert.ok(outcomes.every((outcome) => outcome && 'results' in outcome));
    assert.deepEqual([summary.succeeded, summary.invocations, summary.retried], [8, 1, 0]);
  });

  await t.test('what a call that dies had told is kept, and its other items are done again', async (t) => {
    const gate = await openGate(t);
    const told: number[] = [];
    const letThrough = async () => {
      while (true) (await gate.arrival()).socket.end();
    };
    const { outcomes, summary } = await runBatch({
      ...target,
      items: [{ n: 0 }, { n: 1 }, { gate: gate.port, exit: true }, { n: 3 }],
      options: { receipts: true },
      onError: 'collect',
      onOutcome: (index) => {
        told.push(index);
        if (told.length === 2) void letThrough();
      },
    });
    assert.deepEqual(
      outcomes.map((outcome) => outcome && ('error' in outcome ? outcome.error.name : outcome.results)),
      [{ n: 0 }, { n: 1 }, 'ChildInvocationError', { n: 3 }],
    );
    assert.deepEqual(told.slice(0, 2), [0, 1]);
    assert.deepEqual(told.toSorted(), [0, 1, 2, 3]);
    const [first, ...others] = summary.attempts ?? [];
    assert.deepEqual([first?.start, first?.end, first?.outcome], [2, 4, 'crashed']);
    assert.ok(others.every(({ start }) => start === 2));
    assert.deepEqual([summary.succeeded, summary.failed, summary.version], [3, 1, '1']);
  });

  await t.test('the summary counts the whole tree, and says what its work said of itself', async () => {
    const from = host.events.length;
    const items = Array.from({ length: 35 }, (_, n) => ({ n }));
    const { summary } = await runBatch({ ...target, items });
    const started = host.events.slice(from).filter(({ kind }) => kind === 'invocation started');
    assert.equal(summary.invocations, started.length);
    assert.deepEqual([summary.succeeded, summary.version, summary.colour], [35, '1', 'none']);
  });

  await t.test('under raise the first error is thrown by its own name', async () => {
    const items = [{ n: 0 }, { n: 1 }, { fail: 'QuotaError' }, { n: 3 }];
    await assert.rejects(droste(target).map(items).all(), { name: 'QuotaError', message: /^failed at/ });
  });

  await t.test('a reader who leaves ends the call', async (t) => {
    const gate = await openGate(t);
    const earlier = new Set<unknown>(host.events);
    const ended = host
      .event('invocation started', (event) => !earlier.has(event))
      .then(({ requestId }) => host.event('invocation ended', (event) => event.requestId === requestId));
    for await (const result of droste(target).map([{ n: 0 }, { gate: gate.port }])) {
      assert.deepEqual(result, { n: 0 });
      await gate.arrival();
      break;
    }
    assert.equal((await ended).errorType, undefined);
  });

  await t.test('a function that does not stream answers the same calls', async () => {
    const items = Array.from({ length: 12 }, (_, n) => ({ n }));
    assert.deepEqual(
      await droste({ ...target, functionName: 'whole' })
        .map(items)
        .all(),
      items,
    );
    const failing = droste({ ...target, functionName: 'whole' }).map([{ fail: 'QuotaError' }]);
    await assert.rejects(failing.all(), { name: 'QuotaError' });
  });
});
