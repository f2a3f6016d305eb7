import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InvocationReceipt } from '../../engine/index.ts';
import { buildGate } from '../local/support/gate.ts';
import { startTestHost, type TestHost } from '../local/support/local.ts';
import { farBeyond } from '../local/support/pace.ts';

const module = new URL('./handlers/tree.ts', import.meta.url).href;
const shape = (work: number, lanes: number, slots: number, more: Record<string, string> = {}) => ({
  MAX_WORK_PER_REQUEST: String(work),
  NUM_PARALLEL_REQUESTS: String(lanes),
  MAX_SLOTS: String(slots),
  FUNCTION_ALIAS: 'live',
  ...more,
});

const pair = shape(1, 1, 2, { COLOUR: 'red' });

const hasty = { name: 'hasty', module, environment: shape(2, 1, 2) };

const functions = [
  { name: 'tree', module, environment: shape(1, 2, 5) },
  { name: 'alone', module, environment: shape(2, 4, 20), reservedConcurrency: 1 },
  { name: 'flat', module, environment: shape(1, 2, 20, { MAX_DEPTH: '1' }) },
  { name: 'off', module, environment: shape(1, 2, 20, { FANOUT_ENABLED: 'false' }) },
  { name: 'pair', module, environment: pair },
  hasty,
];

const numbered = (size: number) => Array.from({ length: size }, (_, n) => ({ n }));

/** The reply to a batch with options. */
const run = async (host: TestHost, name: string, items: readonly unknown[], options: object = {}) => {
  const { payload, functionError } = await host.send({
    FunctionName: `${name}:live`,
    Payload: JSON.stringify({ items, options }),
  });
  return { ...payload, functionError };
};

/** Invocations of a function since an event, and how many of them ran at once. */
const invocationsSince = (host: TestHost, from: number, name: string) => {
  let running = 0;
  let peak = 0;
  let count = 0;
  for (const event of host.events.slice(from)) {
    if (!('functionName' in event) || event.functionName !== name) continue;
    if (event.kind === 'invocation started') {
      count += 1;
      running += 1;
      peak = Math.max(peak, running);
    }
    if (event.kind === 'invocation ended') running -= 1;
  }
  return { count, peak };
};

test('over the local host, with real processes and the real SDK', async (t) => {
  const host = await startTestHost(t, functions, 6);

  await t.test('a batch goes down several levels and comes back in order, within its slots', async () => {
    const from = host.events.length;
    const reply = await run(host, 'tree', numbered(20));
    assert.deepEqual(
      reply.results,
      numbered(20).map((item) => ({ item, results: item })),
    );
    const { count, peak } = invocationsSince(host, from, 'tree');
    assert.ok(reply.summary.depth >= 2, `depth ${reply.summary.depth}`);
    assert.ok(peak <= 5, `${peak} at once`);
    assert.equal(reply.summary.invocations, count);
    assert.deepEqual(
      [reply.summary.items, reply.summary.failed, reply.summary.version, reply.summary.colour],
      [20, 0, '1', 'none'],
    );
  });

  await t.test("a child's error is raised by its own name and message", async () => {
    const items = [...numbered(9), { fail: 'QuotaError' }];
    const reply = await run(host, 'tree', items);
    assert.equal(reply.functionError, 'Unhandled');
    assert.equal(reply.errorType, 'QuotaError');
    assert.match(reply.errorMessage, /^failed at 0\.\d/);
  });

  await t.test('under collect an error stands in its place', async () => {
    const items = numbered(10).with(4, { fail: 'QuotaError' } as never);
    const reply = await run(host, 'tree', items, { onError: 'collect' });
    assert.deepEqual(
      reply.results.map(({ error }: { error?: { name: string } }) => error?.name),
      numbered(10).map(({ n }) => (n === 4 ? 'QuotaError' : undefined)),
    );
    assert.deepEqual([reply.summary.succeeded, reply.summary.failed], [9, 1]);
  });

  await t.test('receipts name the invocation that answered, each one a process of its own', async () => {
    const reply = await run(host, 'tree', numbered(12), { receipts: true });
    const pids = new Map<string, Set<number>>();
    for (const { receipt } of reply.results) {
      pids.set(receipt.path, (pids.get(receipt.path) ?? new Set()).add(receipt.pid));
      assert.equal(receipt.attempt, 0);
      assert.equal(typeof receipt.cold, 'boolean');
    }
    assert.ok(pids.size > 1);
    for (const [path, used] of pids) assert.equal(used.size, 1, `${path} ran in ${[...used]}`);
    const { receipts, invocations } = reply.summary;
    // what an error before this has left running may have cost a call its slot, which is then an attempt
    const ran = receipts.filter(({ outcome }: InvocationReceipt) => outcome === 'answered');
    assert.equal(ran.length, invocations);
    const environmentOf = new Map(receipts.map((one: InvocationReceipt) => [one.path, one.environment]));
    const processes = [...pids].map(([path, [pid]]) => [environmentOf.get(path), pid] as const);
    assert.equal(new Map(processes).size, new Set(processes.map(([, pid]) => pid)).size);
  });

  await t.test('with a concurrency of 1 the whole batch still completes, in the root', async () => {
    const from = host.events.length;
    const reply = await run(host, 'alone', numbered(15));
    assert.deepEqual(
      reply.results,
      numbered(15).map((item) => ({ item, results: item })),
    );
    assert.deepEqual(invocationsSince(host, from, 'alone'), { count: 1, peak: 1 });
    assert.ok(reply.summary.throttled >= 1);
  });

  await t.test('MAX_DEPTH caps the depth', async () => {
    const reply = await run(host, 'flat', numbered(8));
    assert.equal(reply.results.length, 8);
    assert.equal(reply.summary.depth, 1);
  });

  await t.test('FANOUT_ENABLED=false keeps everything in the root', async () => {
    const reply = await run(host, 'off', numbered(8));
    assert.equal(reply.results.length, 8);
    assert.deepEqual([reply.summary.invocations, reply.summary.depth], [1, 0]);
  });

  await t.test(
    'when the alias moves in the middle, the batch stays on the version it began with',
    async (t) => {
      const [root, child] = [await buildGate(), await buildGate()];
      t.after(() => Promise.all([root.close(), child.close()]));
      const reply = run(host, 'pair', [{ gate: root.port }, ...numbered(4), { gate: child.port }]);
      await Promise.all([root.arrival(), child.arrival()]);
      const environment = { ...pair, COLOUR: 'blue' };
      host.moveAlias('pair', 'live', host.publishVersion('pair', { environment }));
      child.open();
      const refused = await host.event('invocation ended', ({ version }) => version === '2');
      // refused by a reply: a deploy in the middle of a batch is no error of the function
      assert.equal(refused.errorType, undefined);
      root.open();
      const { results, summary } = await reply;
      assert.equal(results.length, 6);
      assert.deepEqual([summary.version, summary.colour, summary.retried], ['1', 'red', 1]);
      const byVersion2 = host.events.filter(
        (event) => event.kind === 'invocation ended' && event.version === '2',
      );
      assert.equal(byVersion2.length, 1, 'after the first refusal children are called by exact version');
    },
  );

  await t.test('a child that dies is asked for by halves, until the item that kills is alone', async () => {
    const reply = await run(host, 'pair', [{ n: 0 }, { n: 1 }, { exit: true }], { onError: 'collect' });
    assert.deepEqual(
      reply.results.slice(0, 2),
      [0, 1].map((n) => ({ item: { n }, results: { n } })),
    );
    assert.equal(reply.results[2].error.name, 'ChildInvocationError');
    assert.match(reply.results[2].error.message, /Runtime\.ExitError: .*exit status 1/);
  });

  await t.test('before the time-out of the function', async (t) => {
    // a cold start would take its part of the time, and one that nobody waits for any more its slot
    const warm = async (on: TestHost) => {
      for (;;) {
        const { summary } = await run(on, 'hasty', numbered(4), { receipts: true });
        const receipts: readonly InvocationReceipt[] = summary?.receipts ?? [];
        if (receipts.filter(({ outcome, cold }) => outcome === 'answered' && !cold).length === 2) return;
      }
    };
    await warm(host);
    const timeoutMs = await farBeyond(() => warm(host));
    const strict = await startTestHost(t, [{ ...hasty, timeoutMs }], 2);
    await warm(strict);

    await t.test('under raise the deadline is the error, and not the time-out of the platform', async () => {
      const reply = await run(strict, 'hasty', [{ n: 0 }, { hang: true }]);
      assert.equal(reply.errorType, 'DeadlineExceededError');
      assert.match(reply.errorMessage, /^Expected to be done by 20/);
    });

    await t.test('everything that is done is answered', async () => {
      await warm(strict);
      // what is not done is the root's own: what the child answers it has answered long before
      const items = [{ hang: true }, { ignore: true }, { n: 2 }, { n: 3 }];
      const reply = await run(strict, 'hasty', items, { onError: 'collect' });
      assert.equal(reply.functionError, undefined);
      assert.deepEqual(
        reply.results.map(({ error }: { error?: { name: string } }) => error?.name),
        ['DeadlineExceededError', 'DeadlineExceededError', undefined, undefined],
      );
    });
  });
});
