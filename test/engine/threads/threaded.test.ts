import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { each, type InvocationContext, recursive } from '../../../engine/index.ts';
import {
  functions,
  handedOver,
  handler,
  impatient,
  inPlace,
  other,
  patient,
  prepared,
  transferred,
} from '../handlers/threaded.ts';

const FAR_MS = 60_000;

const contextOf = (remainingMs = FAR_MS) => {
  const endMs = Date.now() + remainingMs;
  return { awsRequestId: 'r', functionVersion: '1', getRemainingTimeInMillis: () => endMs - Date.now() };
};

interface Result {
  readonly results?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
  readonly receipt: { readonly threadId?: number };
}

const run = async (
  items: readonly unknown[],
  {
    on = handler,
    options = {},
    remainingMs = FAR_MS,
  }: {
    on?: (event: unknown, context: InvocationContext) => Promise<unknown>;
    options?: object;
    remainingMs?: number;
  } = {},
) => {
  const event = { items, options: { onError: 'collect', receipts: true, ...options } };
  return (await on(event, contextOf(remainingMs))) as { results: Result[]; summary: Record<string, unknown> };
};

const withoutReceipts = (results: readonly Result[]) => results.map(({ receipt: _, ...result }) => result);

test('one item alone starts no thread, and idle threads keep no process', async () => {
  const fixture = new URL('../handlers/threaded.ts', import.meta.url).href;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '-e',
    `const context = { awsRequestId: 'r', functionVersion: '1', getRemainingTimeInMillis: () => 60000 };
     import(${JSON.stringify(fixture)}).then(async ({ handler }) => {
       for (const items of [[{}], [{}, {}, {}]]) {
         const { results } = await handler({ items, options: { receipts: true } }, context);
         console.log(results.map(({ receipt }) => (receipt.threadId > 0 ? 'thread' : 'main')).join(' '));
       }
     });`,
  ]);
  assert.equal(stdout, 'main\nthread thread thread\n');
});

test('answers are those of the same work without threads', async () => {
  const items = [
    1,
    'two',
    { busyMs: 1 },
    { fail: 'no' },
    { date: true },
    { big: true },
    null,
    { deep: [{ a: 1 }] },
  ];
  const threaded = await run(items);
  const plain = await run(items, { on: inPlace });
  assert.deepEqual(
    withoutReceipts(threaded.results),
    withoutReceipts(JSON.parse(JSON.stringify(plain.results))),
  );
  // their receipts say when and where
  const counts = ({ receipts: _, ...rest }: typeof plain.summary) => rest;
  assert.deepEqual(counts(threaded.summary), counts(plain.summary));
  assert.ok(threaded.results.every(({ receipt }) => Number(receipt.threadId) > 0));
  assert.ok(plain.results.every(({ receipt }) => receipt.threadId === 0));
});

test('no more threads work than there are vCPUs, and all of them do', async () => {
  const { results } = await run(Array.from({ length: 12 }, () => ({ busyMs: 20 })));
  assert.equal(new Set(results.map(({ receipt }) => receipt.threadId)).size, 2);
});

test('a thread works for the handler that started it, of the several of its module', async () => {
  const { results } = await run([1, 2, 3], { on: other });
  assert.deepEqual(
    results.map((result) => result.results),
    ['the other', 'the other', 'the other'],
  );
});

test('an item that hangs is the only one without an answer at the deadline, and the threads go on', async () => {
  const items = [{}, { spin: true }, ...Array.from({ length: 10 }, () => ({}))];
  const { results } = await run(items, { remainingMs: 4_000 });
  assert.deepEqual(
    results.map(({ error }) => error?.name),
    items.map((item) => ('spin' in item ? 'DeadlineExceededError' : undefined)),
  );
  const again = await run([{}, {}, {}]);
  assert.ok(again.results.every((result) => result.results));
});

test('with a time limit for one item, items that hang are named long before the deadline', async () => {
  const items = [{ spin: true }, {}, { spin: true }, { spin: true }, {}, {}];
  const { results } = await run(items, { on: impatient });
  assert.deepEqual(
    results.map(({ error }) => error),
    items.map((item) =>
      'spin' in item
        ? {
            name: 'DeadlineExceededError',
            message: 'Expected an item to take at most 300 ms; its thread was ended with it.',
          }
        : undefined,
    ),
  );
});

test('under raise the first error ends items that hang beside it', async () => {
  const event = { items: [{ spin: true }, { fail: 'first' }], options: { onError: 'raise' } };
  await assert.rejects(handler(event, contextOf()), { name: 'OddError', message: 'first' });
});

test('the signal of an item in a thread is aborted with that of its batch, and the thread stays', async () => {
  const before = await run(Array.from({ length: 6 }, () => ({ busyMs: 20 })));
  const event = { items: [{ wait: true }, { fail: 'first' }], options: { onError: 'raise' } };
  await assert.rejects(handler(event, contextOf()), { name: 'OddError' });
  const after = await run(Array.from({ length: 6 }, () => ({ busyMs: 20 })));
  const ids = ({ results }: typeof before) =>
    [...new Set(results.map(({ receipt }) => receipt.threadId))].sort();
  assert.deepEqual(ids(after), ids(before));
});

test('with endless patience no thread is ended for an abort, and the next batch waits for it', async () => {
  const before = await run([{ busyMs: 20 }, { busyMs: 20 }, { busyMs: 20 }], { on: patient });
  const event = { items: [{ busyMs: 400 }, { fail: 'first' }], options: { onError: 'raise' } };
  await assert.rejects(patient(event, contextOf()), { name: 'OddError' });
  const after = await run([{ busyMs: 20 }, { busyMs: 20 }, { busyMs: 20 }], { on: patient });
  const ids = ({ results }: typeof before) =>
    [...new Set(results.map(({ receipt }) => receipt.threadId))].sort();
  assert.deepEqual(ids(after), ids(before));
});

test('a thread that ends costs its item alone', async () => {
  const { results } = await run([{}, { exit: 3 }, {}, {}]);
  assert.deepEqual(
    results.map(({ error }) => error?.name),
    [undefined, 'ChildInvocationError', undefined, undefined],
  );
  assert.match(results[1]?.error?.message ?? '', /threaded\.ts, received its end \(exit code 3\)/);
});

test('what a thread cannot be sent is the error of its item', async () => {
  const { results } = await run([1, 2], { on: functions });
  assert.deepEqual(
    results.map(({ error }) => error?.name),
    ['DataCloneError', 'DataCloneError'],
  );
});

test('a module that does not make the handler again, or throws, is named', async () => {
  const of = (source: string) =>
    recursive(
      each(() => 1),
      { threads: { module: `file:///nowhere/${source}.ts`, count: 2 } },
    );
  const { results } = await run([1, 2], { on: of('nothing') });
  assert.ok(results.every(({ error }) => error?.message.includes('/nowhere/nothing.ts')));
});

test('what is prepared on the main thread is what the threads get', async () => {
  const { results } = await run([1, 0, 2, 3, 4, 5, 6], { on: prepared });
  assert.deepEqual(
    results.map((result) => result.results ?? result.error),
    [3, { name: 'RangeError', message: 'nothing to double' }, 5, 7, 9, 11, 13],
  );
});

test('memory is handed over to a thread where it is to be, and not copied', async () => {
  const { results } = await run([1, 2, 3], { on: transferred });
  assert.deepEqual(
    results.map((result) => result.results),
    [10, 20, 30],
  );
  assert.deepEqual(
    handedOver.map(({ length }) => length),
    [0, 0, 0],
  );
});

test('options of threads that are none are refused by name', () => {
  const work = each(() => 1);
  const module = import.meta.url;
  for (const [threads, message] of [
    [{ module: undefined }, 'threads.module: expected import.meta.url, received undefined'],
    [{ module: './work.ts' }, 'threads.module: expected import.meta.url, received "./work.ts"'],
    [{ module, count: 0 }, 'threads.count: expected a whole number from 1 to 900000, received 0'],
    [
      { module, abortGraceMs: 0 },
      'threads.abortGraceMs: expected a whole number from 1 to 900000, received 0',
    ],
    [{ module, ahead: -1 }, 'threads.ahead: expected a whole number from 1 to 900000, received -1'],
    [
      { module, itemTimeoutMs: 0.5 },
      'threads.itemTimeoutMs: expected a whole number from 1 to 900000, received 0.5',
    ],
  ] as const) {
    assert.throws(() => recursive(work, { threads: threads as never }), {
      name: 'ConfigurationError',
      message,
    });
  }
});
