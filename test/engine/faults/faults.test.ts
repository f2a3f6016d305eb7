import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { markAborted } from '../../../engine/invocation/abort-marker.ts';
import type { Fault } from '../../../local/index.ts';
import { seededRandom } from '../../../planner/simulator/random.ts';
import { createDirectoryStore } from '../../../platform/storage/directory-store.ts';
import { farBeyond } from '../../local/support/pace.ts';
import { answersOf, itemsOf, startFaultyHost } from './host.ts';

const shape = { maxWork: 4, maxLanes: 4, slots: 16 };

test('throttles: calls refused at random are waited out, and every item is answered', async (t) => {
  const random = seededRandom(7);
  const fault = (): Fault | undefined => (random() < 0.4 ? { kind: 'throttle' } : undefined);
  const { run, idle } = await startFaultyHost(t, { concurrency: 4, fault });
  const { outcomes, summary } = await run(itemsOf(60), { shape });
  assert.deepEqual(outcomes, answersOf(60));
  assert.ok(summary.throttled > 0);
  await idle();
});

test('slot deadlock: parents that hold every slot do the work of the children they cannot get', async (t) => {
  const { invoke, idle, count } = await startFaultyHost(t, {
    concurrency: 3,
    environment: { MAX_WORK_PER_REQUEST: '4', NUM_PARALLEL_REQUESTS: '10' },
  });
  const { payload } = await invoke({ items: itemsOf(200), options: { onError: 'collect' } });
  assert.deepEqual(
    payload.results.map((result: { results: string }) => result.results),
    answersOf(200).map(({ results }) => results),
  );
  assert.ok(count('throttled') > 0);
  await idle();
});

test('a child that runs out of time is narrowed down to the item that takes it', async (t) => {
  const { run, idle } = await startFaultyHost(t, { concurrency: 4, timeoutMs: 1_500 });
  const { outcomes } = await run(itemsOf(12, { 5: 'spin:5' }), { shape });
  assert.match(JSON.stringify(outcomes[5]), /ChildInvocationError.*Task timed out after 1\.50 seconds/);
  assert.deepEqual(outcomes.toSpliced(5, 1), answersOf(12).toSpliced(5, 1));
  await idle();
});

test('an item that waits for ever costs its own answer at the deadline, and nobody else theirs', async (t) => {
  const { invoke, idle } = await startFaultyHost(t, {
    concurrency: 4,
    environment: { MAX_WORK_PER_REQUEST: '4' },
  });
  // a cold start would take its part of the time
  const warm = () => invoke(itemsOf(20));
  await warm();
  const enoughMs = await farBeyond(warm);
  // in the root's own round: what children answer they have answered long before
  const items = itemsOf(20, { 1: 'wait:1' });
  const ask = (options: object) =>
    invoke({ items, options: { onError: 'collect', deadlineMs: Date.now() + enoughMs, ...options } });
  const { payload } = await ask({});
  assert.equal(payload.results[1].error.name, 'DeadlineExceededError');
  assert.equal(payload.summary.succeeded, 19);
  await idle();

  const resumed = await ask({ resume: payload.summary.resume });
  assert.deepEqual(
    resumed.payload.results.map(({ index }: { index: number }) => index),
    [1],
    'only what was left is done again',
  );
  await idle();
});

for (const how of ['kill', 'exit']) {
  test(`an item that ends its environment (${how}) is the only one to fail`, async (t) => {
    const { run, idle, count } = await startFaultyHost(t, { concurrency: 4 });
    const { outcomes } = await run(itemsOf(32, { 17: `${how}:17` }), {
      shape: { maxWork: 8, maxLanes: 4, slots: 4 },
    });
    assert.match(JSON.stringify(outcomes[17]), /ChildInvocationError.*Runtime\.ExitError/);
    assert.deepEqual(outcomes.toSpliced(17, 1), answersOf(32).toSpliced(17, 1));
    // 4 chunks, one item to see that the function works (where the crash is heard first), ⌈log₂ 8⌉ halvings of two
    // children each, and one more try of the item alone
    assert.ok(count('invocation started') <= 4 + 1 + 2 * 3 + 1, `${count('invocation started')} invocations`);
    await idle();
  });
}

test('a reply that is cut off anywhere is asked for again', async (t) => {
  const random = seededRandom(3);
  const fault = (): Fault | undefined => (random() < 0.4 ? { kind: 'cut', share: random() } : undefined);
  const { run, idle } = await startFaultyHost(t, { concurrency: 4, fault });
  const { outcomes, summary } = await run(itemsOf(40), { shape: { ...shape, slots: 4 } });
  const failed = outcomes.filter((outcome) => outcome && 'error' in outcome).length;
  assert.ok(summary.retried > 0);
  // without own work three cut replies in a row are the end of a chunk; nothing else may fail, and nothing be wrong
  outcomes.forEach((outcome, index) => {
    if (outcome && 'error' in outcome) assert.match(outcome.error.message, /answered something else/);
    else assert.deepEqual(outcome, { results: `hello ${index}` });
  });
  assert.ok(failed < 20);
  await idle();
});

test('a function whose replies are cut off does the work itself in the end', async (t) => {
  // the root's own reply is the first call's: in process, it passes no fault
  const fault = (): Fault => ({ kind: 'cut', share: 0.5 });
  const { invoke, idle } = await startFaultyHost(t, {
    concurrency: 3,
    fault,
    environment: { MAX_WORK_PER_REQUEST: '4' },
  });
  const { payload } = await invoke(itemsOf(20));
  assert.deepEqual(
    payload.map(({ results }: { results: string }) => ({ results })),
    answersOf(20),
  );
  await idle();
});

test('a reply of somebody else is not taken for an answer', async (t) => {
  const fault = (call: number): Fault | undefined => (call % 3 === 2 ? { kind: 'swap' } : undefined);
  const { run, idle } = await startFaultyHost(t, { concurrency: 2, fault });
  const { outcomes, summary } = await run(itemsOf(40), { shape: { ...shape, slots: 2 } });
  assert.deepEqual(outcomes, answersOf(40));
  assert.ok(summary.retried > 0);
  await idle();
});

test('an alias that moves in the middle does not mix two versions in one answer', async (t) => {
  const tested = await startFaultyHost(t, {
    concurrency: 4,
    onEvent: (event) => {
      if (event.kind !== 'invocation ended' || moved) return;
      moved = true;
      tested.host.moveAlias('work', 'live', '2');
    },
  });
  let moved = false;
  tested.host.publishVersion('work', { environment: { FUNCTION_ALIAS: 'live', GREETING: 'goodbye' } });
  const { outcomes, summary } = await tested.run(itemsOf(60), { shape: { ...shape, slots: 2 } });
  assert.ok(moved);
  assert.equal(summary.version, '1');
  assert.deepEqual(outcomes, answersOf(60));
  await tested.idle();
});

test('connections that break after the work was done: it may run twice, it is answered once', async (t) => {
  const fault = (call: number): Fault | undefined => (call % 4 === 1 ? { kind: 'reset' } : undefined);
  const { run, idle, count } = await startFaultyHost(t, { concurrency: 2, fault });
  const { outcomes, summary } = await run(itemsOf(40), { shape: { ...shape, slots: 2 } });
  assert.deepEqual(outcomes, answersOf(40));
  assert.equal(summary.retried, count('invocation started') - 10);
  await idle();
});

test('a reply that never comes costs the answers it was to bring, at the deadline, and they can be resumed', async (t) => {
  let hangsNext = false;
  const fault = (): Fault | undefined => {
    if (!hangsNext) return undefined;
    hangsNext = false;
    return { kind: 'hang' };
  };
  const { invoke } = await startFaultyHost(t, {
    concurrency: 5,
    fault,
    environment: { MAX_WORK_PER_REQUEST: '4', NUM_PARALLEL_REQUESTS: '4' },
  });
  // a cold start would take its part of the time
  const warm = () => invoke(itemsOf(40));
  await warm();
  const enoughMs = await farBeyond(warm);
  hangsNext = true;
  const options = { onError: 'collect', deadlineMs: Date.now() + enoughMs };
  const { failed, payload } = await invoke({ items: itemsOf(40), options });
  assert.equal(failed, false);
  const late = payload.results.filter(
    ({ error }: { error?: { name: string } }) => error?.name === 'DeadlineExceededError',
  );
  assert.ok(late.length > 0 && late.length < 40, `${late.length} late`);
  assert.equal(payload.summary.succeeded, 40 - late.length);
  assert.ok(payload.summary.resume);
});

test('requests larger than Lambda carries are split', async (t) => {
  const { run, idle } = await startFaultyHost(t, { concurrency: 2 });
  const items = Array.from({ length: 6 }, (_, index) => ({
    head: `ok:${index}`,
    padding: 'x'.repeat(2_500_000),
  }));
  const { outcomes } = await run(items, { shape: { ...shape, slots: 2 } });
  assert.deepEqual(outcomes, answersOf(6));
  await idle();
});

test('replies larger than Lambda carries are split, and put aside where there is a store', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-faults-'));
  t.after(() => rm(folder, { recursive: true }));
  const items = itemsOf(8).map((_, index) => `big:${2_000_000 + index}`);
  const lengths = (results: readonly { results: string }[]) =>
    results.map(({ results: text }) => text.length);
  const expected = items.map((_, index) => 2_000_000 + index);

  const split = await startFaultyHost(t, { concurrency: 2 });
  const { outcomes } = await split.run(items, { shape: { ...shape, slots: 2 } });
  assert.deepEqual(lengths(outcomes as never), expected);

  const STORE = pathToFileURL(folder).href;
  const environment = { MAX_WORK_PER_REQUEST: '4', STORE };
  const { invoke, idle } = await startFaultyHost(t, { concurrency: 2, environment });
  const { payload } = await invoke(items);
  const put = await readFile(new URL(payload.claim.uri), 'utf8');
  assert.equal(put.length, payload.claim.bytes);
  assert.deepEqual(lengths(JSON.parse(put)), expected);
  await idle();
});

test('a caller that cannot reach the store of the function is not answered with claims', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-faults-'));
  t.after(() => rm(folder, { recursive: true }));
  const { run, idle } = await startFaultyHost(t, {
    concurrency: 1,
    environment: { STORE: pathToFileURL(folder).href },
  });
  // each reply is above what travels inline where there is a store, and below what Lambda carries
  const { outcomes, summary } = await run(
    itemsOf(16).map(() => 'big:300000'),
    { shape: { maxWork: 8, slots: 1 } },
  );
  assert.ok(outcomes.every((outcome) => outcome && 'results' in outcome));
  assert.equal(summary.retried, 0);
  await idle();
});

test('a tree is no deeper than it may be, however little each invocation may keep', async (t) => {
  const { invoke, idle } = await startFaultyHost(t, {
    concurrency: 8,
    environment: { MAX_WORK_PER_REQUEST: '1', NUM_PARALLEL_REQUESTS: '1', MAX_DEPTH: '3' },
  });
  const { payload } = await invoke({ items: itemsOf(30), options: {} });
  assert.equal(payload.summary.succeeded, 30);
  assert.ok(payload.summary.depth <= 3);
  await idle();
});

test('the first error under raise is raised by name, and no child goes on working', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-faults-'));
  t.after(() => rm(folder, { recursive: true }));
  const { invoke, idle } = await startFaultyHost(t, {
    concurrency: 6,
    environment: { MAX_WORK_PER_REQUEST: '4', STORE: pathToFileURL(folder).href },
  });
  // children would wait for a minute, were they not told
  const { failed, payload } = await invoke(
    itemsOf(24, { 1: 'slow:200', 2: 'throw:luck', 20: 'wait:20', 12: 'wait:12' }),
  );
  assert.ok(failed);
  assert.equal(payload.errorType, 'TypeError');
  assert.equal(payload.errorMessage, 'no luck');
  await idle();
});

test('a caller who gives up gets what is done, and new calls are not made', async (t) => {
  const controller = new AbortController();
  const { run, events } = await startFaultyHost(t, { concurrency: 2 });
  const { outcomes, stopped } = await run(itemsOf(40), {
    shape: { ...shape, slots: 1 },
    signal: controller.signal,
    onOutcome: () => controller.abort(new Error('enough')),
  });
  assert.equal(stopped?.message, 'enough');
  assert.ok(outcomes.filter((outcome) => outcome !== undefined).length < 40);
  assert.ok(events.filter((event) => event.kind === 'invocation started').length <= 2);
});

test('children of a caller who gives up are told through the store, and stop', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-faults-'));
  t.after(() => rm(folder, { recursive: true }));
  const store = createDirectoryStore(folder);
  const controller = new AbortController();
  const started = Promise.withResolvers<void>();
  const { run, idle } = await startFaultyHost(t, {
    concurrency: 2,
    environment: { STORE: pathToFileURL(folder).href },
    onEvent: (event) => event.kind === 'invocation started' && started.resolve(),
  });
  // a minute's work, were it not called off
  const batch = run(['wait:1', 'wait:2'], {
    shape: { ...shape, slots: 1 },
    signal: controller.signal,
    onStopped: (runId) => markAborted(store, runId),
  });
  await started.promise;
  controller.abort(new Error('enough'));
  assert.equal((await batch).stopped?.message, 'enough');
  await idle();
});
