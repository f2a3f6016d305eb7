import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { each, type InvocationReceipt, type InvocationReport } from '../../engine/index.ts';
import { ANSWER_MARGIN_MS, LEVEL_MARGIN_MS } from '../../engine/policy/deadline.ts';
import { ImageDecodeError, InvalidRequestError } from '../../platform/errors.ts';
import { nextTurn } from '../../platform/next-turn.ts';
import { memoryTree } from './support/memory-tree.ts';

const upTo = (size: number) => Array.from({ length: size }, (_, index) => index);
const double = each((item: number) => 2 * item);
const results = (reply: { results: number }[]) => reply.map((result) => result.results);

test('whatever the shape of the tree, the answer is the sequential one, within slots and depth', async () => {
  const shapes = fc.record({
    maxWork: fc.integer({ min: 1, max: 5 }),
    maxLanes: fc.integer({ min: 0, max: 6 }),
    slots: fc.integer({ min: 1, max: 30 }),
    maxDepth: fc.integer({ min: 0, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(shapes, fc.nat(80), async (shape, size) => {
      const { run, peak } = memoryTree(double, { shape });
      const { results: answers, summary } = await run({ items: upTo(size), options: {} });
      assert.deepEqual(
        answers,
        upTo(size).map((item) => ({ item, results: 2 * item })),
      );
      assert.ok(peak() <= shape.slots);
      assert.ok(summary.depth <= shape.maxDepth);
    }),
    { numRuns: 60 },
  );
});

test('the reply has the form of the request', async () => {
  const { run } = memoryTree(double);
  assert.deepEqual(await run(5), { item: 5, results: 10 });
  assert.deepEqual(await run({ item: 5 }), { item: 5, results: 10 });
  assert.deepEqual(await run([5]), [{ item: 5, results: 10 }]);
  assert.deepEqual(await run([]), []);
});

test('the summary counts items and invocations, and says who answered', async () => {
  const work = each((item: number, { identify }) => {
    identify('model', 'sha256:abc');
    if (item === 3) throw new RangeError('three');
    return item;
  });
  const { run, seen } = memoryTree(work);
  const { summary } = await run({ items: upTo(20), options: { onError: 'collect' } });
  assert.deepEqual(summary, {
    items: 20,
    succeeded: 19,
    failed: 1,
    invocations: seen.length + 1,
    depth: Math.max(...seen.map(({ path }) => path.split('.').length - 1)),
    throttled: 0,
    retried: 0,
    version: '7',
    model: 'sha256:abc',
    rootRequestId: 'request',
  });
});

test('what went wrong on the way is counted once, by its kind', async () => {
  const error = { name: 'ChildInvocationError', message: 'x' };
  const { run } = memoryTree(double, {
    shape: { slots: 4, maxLanes: 1 },
    fault: (_, n) =>
      [
        { kind: 'throttled', reason: 'rate' } as const,
        { kind: 'lost', error } as const,
        { kind: 'too-large', error } as const,
        undefined,
      ][n],
  });
  const { summary } = await run({ items: upTo(4) });
  assert.deepEqual([summary.throttled, summary.retried], [1, 2]);
});

test('receipts say where and how each item was answered, and are given only when asked for', async () => {
  const work = each((item: number, { note }) => note('workMs', item));
  const { run } = memoryTree(work, { shape: { maxLanes: 1, slots: 2 } });
  const [first] = await run([0, 1, 2, 3]);
  assert.deepEqual(first, { item: 0, results: null });
  const asked = await run({ items: [0, 1, 2, 3], options: { receipts: true } });
  const receiptOf = (index: number) => {
    const { queueMs, ...receipt } = asked.results[index].receipt;
    assert.equal(typeof queueMs, 'number');
    return receipt;
  };
  assert.deepEqual(receiptOf(1), { path: '0', attempt: 0, cold: false, workMs: 1 });
  assert.deepEqual(receiptOf(3), { path: '0.0', attempt: 0, cold: false, workMs: 3 });
});

test('receipts say of every invocation and every lost call when it was, and where', async () => {
  const throttled = { kind: 'throttled', reason: 'rate' } as const;
  const work = each(() => nextTurn());
  const { run, seen } = memoryTree(work, { fault: (_, n) => (n === 0 ? throttled : undefined) });
  assert.equal('receipts' in (await run({ items: upTo(2) })).summary, false, 'not when nobody asked');
  const { summary } = await run({ items: upTo(20), options: { receipts: true } });
  const receipts: readonly InvocationReceipt[] = summary.receipts;
  const paths = (kind: string) => receipts.filter(({ outcome }) => outcome === kind).map(({ path }) => path);
  assert.deepEqual(paths('throttled'), [seen[0]?.path]);
  assert.deepEqual(new Set(paths('answered')), new Set(['0', ...seen.slice(1).map(({ path }) => path)]));
  assert.equal(paths('answered').length, summary.invocations);
  for (const { path, span, ownWork, items, environment, outcome } of receipts) {
    if (outcome !== 'answered') continue;
    assert.notEqual(environment, '');
    assert.ok(ownWork.length > 0, `${path} worked on some of its items`);
    for (const [start, end] of ownWork) assert.ok(span[0] <= start && start <= end && end <= span[1]);
    const parent = receipts.find((other) => other.path === path.replace(/\.\d+$/, ''));
    assert.ok(parent && parent.span[0] <= span[0] && span[1] <= parent.span[1], `${path} in its parent`);
    assert.ok(items >= 1 && items <= parent.items);
  }
});

test('a work function that answers nothing is run once for each item, and answers null', async () => {
  const worked: number[] = [];
  const { run } = memoryTree(each((item: number) => void worked.push(item)));
  assert.deepEqual(
    await run(upTo(9)),
    upTo(9).map((item) => ({ item, results: null })),
  );
  assert.deepEqual(worked.sort(), upTo(9));
});

test('a work function of one item is told to be lifted, in every invocation', async () => {
  const wrong = async (items: readonly number[]) => items.map((item) => ({ result: item }));
  // @ts-expect-error: what a caller without types would write
  const { run } = memoryTree(wrong);
  await assert.rejects(run(upTo(9)), { name: 'TypeError', message: /received the keys result.*each\(…\)/ });
  // @ts-expect-error: the same, without a list
  await assert.rejects(memoryTree(async () => 5).run(1), {
    message: /Expected a list of outcomes.*received number/,
  });
});

test('the first error of a child is raised in the root with its own type, name and message', async () => {
  const work = each((item: number) => {
    if (item === 17) throw new ImageDecodeError('Expected a whole picture at 17');
    return item;
  });
  const error = await memoryTree(work)
    .run(upTo(20))
    .catch((thrown) => thrown);
  assert.ok(error instanceof ImageDecodeError);
  assert.equal(error.message, 'Expected a whole picture at 17');
});

test('an item that fails alone is raised, even under the default of a single item', async () => {
  const work = each(() => Promise.reject(new ImageDecodeError('corrupt')));
  await assert.rejects(memoryTree(work).run('x'), { name: 'ImageDecodeError', message: 'corrupt' });
});

test('an item that cannot be read is refused before any work, or stands in its place under collect', async () => {
  let worked = 0;
  const work = each((item: string) => {
    worked += 1;
    return item;
  });
  const { run } = memoryTree(work, { itemKey: 'image', item: z.string() });
  const message = 'images[1]: Invalid input: expected string, received 42';
  await assert.rejects(run(['a', 42, 'c', 'd', 'e']), new InvalidRequestError(message));
  assert.equal(worked, 0);
  const { results: answers, summary } = await run({
    images: ['a', 42, { image: 'c' }, 'd', { x: 1 }],
    options: { onError: 'collect' },
  });
  assert.deepEqual(answers.slice(0, 4), [
    { image: 'a', results: 'a' },
    { image: 42, error: { name: 'InvalidRequestError', message } },
    { image: 'c', results: 'c' },
    { image: 'd', results: 'd' },
  ]);
  assert.deepEqual([summary.items, summary.failed], [5, 2]);
});

test('what reading makes of an item is what the work function is given, in whichever invocation', async () => {
  const work = each((item: URL) => {
    assert.ok(item instanceof URL);
    return item.hostname;
  });
  const { run, seen } = memoryTree(work, {
    item: z.string().transform((text) => new URL(text)),
    label: (item) => item.pathname,
  });
  const reply = await run(upTo(9).map((n) => ({ item: `http://host${n}/path${n}` })));
  assert.deepEqual(
    reply,
    upTo(9).map((n) => ({ item: `/path${n}`, results: `host${n}` })),
  );
  assert.ok(seen.length > 0);
});

test('the work function is given its own options, and not those of the tree', async () => {
  const work = each((_: number, { options }) => options);
  const { run } = memoryTree(work, { options: { topK: z.number().optional() } });
  const options = { topK: 3, onError: 'collect', receipts: true, slots: 5 };
  const { results: answers } = await run({ items: upTo(5), options });
  for (const { results: given } of answers) assert.deepEqual(given, { topK: 3 });
});

test('what reading makes of an option is what the work function is given, in whichever invocation', async () => {
  const work = each((_: number, { options }) => options);
  const { run, seen } = memoryTree(work, { options: { size: z.string().transform(Number).optional() } });
  const { results: answers } = await run({ items: upTo(5), options: { size: '64' } });
  for (const { results: given } of answers) assert.deepEqual(given, { size: 64 });
  assert.ok(seen.length > 0);
});

test('options can make a tree smaller than it is configured, and no larger', async () => {
  const most = async (options: Record<string, number>) => {
    const sizes: number[] = [];
    const work = async (items: readonly number[]) => {
      sizes.push(items.length);
      return items.map((item) => ({ results: item }));
    };
    const { run, peak } = memoryTree(work, { shape: { maxWork: 4, slots: 3 } });
    await run({ items: upTo(40), options });
    return { work: Math.max(...sizes), peak: peak() };
  };
  assert.deepEqual(await most({}), { work: 4, peak: 3 });
  assert.deepEqual(await most({ maxWorkPerRequest: 2, slots: 2 }), { work: 2, peak: 2 });
  assert.deepEqual(await most({ maxWorkPerRequest: 9, slots: 9 }), { work: 4, peak: 3 });
});

test('with fan-out switched off no option opens it', async () => {
  const { run, seen } = memoryTree(double, { shape: { maxLanes: 0 } });
  const { results: answers } = await run({ items: upTo(30), options: { numParallelRequests: 8 } });
  assert.deepEqual(
    results(answers),
    upTo(30).map((item) => 2 * item),
  );
  assert.equal(seen.length, 0);
});

test('a deadline that has passed is refused, saying that it is an instant', async () => {
  await assert.rejects(memoryTree(double).run({ items: [1], options: { deadlineMs: 5_000 } }), {
    name: 'DeadlineExceededError',
    message: /the deadline is 1970-01-01T00:00:05\.000Z.*in milliseconds since 1970/,
  });
});

test('every invocation reports once what it did', async () => {
  const reports: InvocationReport[] = [];
  const { run, seen } = memoryTree(double, { report: (report) => void reports.push(report) });
  await run(upTo(20));
  assert.equal(reports.length, seen.length + 1);
  const root = reports.find(({ depth }) => depth === 0);
  assert.deepEqual(
    [root?.items, root?.failed, root?.cold, root?.stats.invocations],
    [20, 0, true, seen.length + 1],
  );
});

test('of two children with different models the answer of the odd one is not merged, and its items are done again', async () => {
  const worked: string[] = [];
  const work = each((item: number, { path, identify }) => {
    // the child 0.1 came up after the model was replaced
    const model = path === '0.1' ? 'sha256:new' : 'sha256:old';
    identify('model', model);
    worked.push(path);
    return `${item} by ${model}`;
  });
  const { run } = memoryTree(work, { shape: { maxDepth: 1 } });
  const { results: answers, summary } = await run({ items: upTo(12), options: { receipts: true } });
  assert.ok(worked.includes('0.1'), 'it did work');
  assert.deepEqual(
    answers.map((answer: { results: string }) => answer.results),
    upTo(12).map((item) => `${item} by sha256:old`),
  );
  assert.equal(summary.model, 'sha256:old');
  assert.deepEqual(
    summary.attempts.map(({ path, outcome }: { path: string; outcome: string }) => [path, outcome]),
    [['0.1', 'lost']],
  );
});

test('a root without the time for a child does the work itself, for as long as it may', async () => {
  // less than a level's margin: what a child answers would come too late
  const { run, seen } = memoryTree(double, { remainingMs: ANSWER_MARGIN_MS + LEVEL_MARGIN_MS - 50 });
  for (const onError of ['raise', 'collect']) {
    const { results: answers, summary } = await run({ items: upTo(20), options: { onError } });
    assert.deepEqual(
      results(answers),
      upTo(20).map((item) => 2 * item),
    );
    assert.equal(summary.invocations, 1, 'children that never ran are not counted');
  }
  assert.equal(seen.length, 0);
});

test('a store that cannot be opened does not hide the error that stopped the batch', async () => {
  const work = each(() => Promise.reject(new ImageDecodeError('corrupt')));
  const { run } = memoryTree(work, { shape: { store: 'https://example.com/no-store' } });
  await assert.rejects(run(['x']), { name: 'ImageDecodeError', message: 'corrupt' });
});

test('an envelope opens no more slots than the function is configured for', async () => {
  const { run, peak } = memoryTree(
    each(async (n: number) => {
      await new Promise((resolve) => setImmediate(resolve));
      return n;
    }),
    { shape: { slots: 2, maxWork: 1, maxLanes: 10 } },
  );
  const envelope = {
    items: Array.from({ length: 40 }, (_, n) => n),
    options: {},
    depth: 1,
    path: '0.0',
    slots: 50,
    deadline: Date.now() + 60_000,
    identity: {},
    rootRequestId: 'r',
    attempt: 0,
  };
  const reply = await run({ $droste: envelope });
  assert.equal(reply.$droste.outcomes.length, 40);
  assert.ok(peak() <= 2, `${peak()} at once`);
});

test('invalid items make no holes in what is planned: the tree is that of the valid ones', async () => {
  const calls = async (invalidEvery: number) => {
    const tree = memoryTree(
      each((n: number) => n),
      { item: z.number(), shape: { maxWork: 4, maxLanes: 10, slots: 40 } },
    );
    const items = Array.from({ length: 400 }, (_, n) => (n % invalidEvery === invalidEvery - 1 ? 'none' : n));
    const { summary } = await tree.run({ items, options: { onError: 'collect' } });
    assert.equal(summary.failed, 400 / invalidEvery);
    return {
      calls: tree.seen.length,
      largest: Math.max(...tree.seen.map(({ items: given }) => given.length)),
    };
  };
  const half = await calls(2);
  const few = await calls(20);
  assert.ok(half.largest > 8, `${half.largest} items in the largest call`);
  assert.ok(half.calls <= few.calls, `${half.calls} calls for 200 items, ${few.calls} for 380`);
});

test('tolerated failures are collected, one more fails the batch, and raise tolerates nothing', async () => {
  const tree = memoryTree(
    each((n: number) => {
      if (n % 5 === 0) throw new TypeError(`no ${n}`);
      return n;
    }),
  );
  const items = Array.from({ length: 20 }, (_, n) => n);
  const { summary } = await tree.run({ items, options: { toleratedFailureCount: 4 } });
  assert.deepEqual([summary.succeeded, summary.failed], [16, 4]);
  await assert.rejects(tree.run({ items, options: { toleratedFailurePercentage: 19.9 } }), {
    name: 'FailureToleranceError',
  });
  await assert.rejects(tree.run({ items, options: { onError: 'raise', minSuccessful: 3 } }), {
    name: 'InvalidRequestError',
    message: /expected "collect" beside/,
  });
  const enough = await tree.run({ items, options: { minSuccessful: 3 } });
  assert.equal(enough.summary.completionReason, 'MIN_SUCCESSFUL_REACHED');
  assert.ok(enough.summary.succeeded >= 3);
});

test('a child stops once its own failures are more than the whole batch tolerates, and its root tells why', async () => {
  const worked: number[] = [];
  const tree = memoryTree(
    each(
      (n: number) => {
        worked.push(n);
        throw new TypeError(`no ${n}`);
      },
      { concurrency: 1 },
    ),
    { shape: { maxWork: 10, maxLanes: 1, slots: 2 } },
  );
  const items = Array.from({ length: 200 }, (_, n) => n);
  const failed = {
    name: 'FailureToleranceError',
    message: /at most 3 items to fail; \d+ of 200 items have failed/,
  };
  await assert.rejects(tree.run({ items, options: { toleratedFailureCount: 3 } }), failed);
  // each of the two invocations needs four to know
  assert.ok(worked.length <= 8, `${worked.length} items worked on`);

  worked.length = 0;
  await assert.rejects(tree.run({ items, options: { minSuccessful: 197 } }), {
    name: 'FailureToleranceError',
  });
  assert.ok(worked.length <= 8, `${worked.length} items worked on`);
});

test('who has been called by exact version calls its own children so: no node finds out anew', async () => {
  const { run, seen } = memoryTree(double, { shape: { maxWork: 1, maxLanes: 3, slots: 10 }, version: '7' });
  const envelope = {
    items: upTo(30),
    options: {},
    depth: 1,
    path: '0.0',
    slots: 10,
    deadline: Date.now() + 60_000,
    version: '7',
    identity: {},
    rootRequestId: 'r',
    attempt: 0,
  };
  await run({ $droste: envelope });
  assert.deepEqual([...new Set(seen.map(({ target }) => target))], ['fn:live']);
  const before = seen.length;
  await run({ $droste: { ...envelope, pinned: true } });
  const pinned = seen.slice(before);
  assert.ok(
    pinned.some(({ path }) => path.split('.').length > 3),
    'grandchildren too',
  );
  assert.deepEqual([...new Set(pinned.map(({ target }) => target))], ['fn:7']);
});

test('under auto a root chooses W by what its own work took, and the whole tree has it', async () => {
  const largest = async (
    items: number,
    { before = 2, ...options }: { before?: number; maxWorkPerRequest?: number } = {},
  ) => {
    let now = 1_000;
    const work = each(async (item: number) => {
      now += 50;
      return item;
    });
    const { run, seen } = memoryTree(work, {
      clock: { now: () => now, random: () => 0, at: () => () => {} },
      remainingMs: 1e9,
      shape: { choosesWork: true, maxWork: 64, maxLanes: 1, slots: 2 },
    });
    // in place, so that no child of the same process makes the clock go faster
    for (let call = 0; call < before; call += 1) await run({ items: upTo(4), options: { slots: 1 } });
    await run({ items: upTo(items), options });
    return Math.max(...seen.map((call) => call.items.length));
  };
  assert.equal(await largest(1_000), 20, 'a second of work');
  assert.equal(await largest(64), 8, 'four requests a slot');
  assert.equal(await largest(32), 4);
  assert.equal(await largest(64, { maxWorkPerRequest: 3 }), 3, 'as the request says');
  assert.equal(await largest(1_000, { before: 0 }), 8, 'nothing is measured');
  assert.equal(await largest(1_000, { before: 1 }), 8, 'a cold start says nothing');
});
