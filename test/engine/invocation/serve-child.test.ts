import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { Clock } from '../../../engine/child/ports.ts';
import { each } from '../../../engine/index.ts';
import { type Envelope, seal } from '../../../engine/protocol/envelope.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { memoryTree } from '../support/memory-tree.ts';

const envelope: Envelope = {
  items: ['a', 'b'],
  options: {},
  depth: 1,
  path: '0.0',
  slots: 1,
  deadline: Number.MAX_SAFE_INTEGER,
  version: '7',
  identity: {},
  rootRequestId: 'root',
  attempt: 0,
};

const upper = each((item: string) => item.toUpperCase());
const form = { item: z.string(), options: { topK: z.number().optional() } };
const send = (change: Record<string, unknown>, work = upper, clock?: Clock) =>
  memoryTree(work, { ...form, shape: { maxDepth: 3 }, ...(clock && { clock }) }).run(
    JSON.parse(seal({ ...envelope, ...change } as Envelope)),
  );

test('a child answers every item, and says where and as which version', async () => {
  const clock = createFakeClock();
  assert.deepEqual(await send({}, upper, clock), {
    $droste: {
      path: '0.0',
      version: '7',
      outcomes: [{ results: 'A' }, { results: 'B' }],
      undone: [],
      stats: { invocations: 1, depth: 1, throttled: 0, retried: 0, answeredMs: clock.now() },
      identity: {},
    },
  });
});

test('a child of another version refuses before working', async () => {
  let worked = 0;
  const counting = each((item: string) => {
    worked += 1;
    return item;
  });
  const message = 'Expected version 6, received the call as version 7.';
  assert.deepEqual(await send({ version: '6' }, counting), {
    $droste: { refused: { name: 'VersionSkewError', message } },
  });
  assert.equal(worked, 0);
});

test('a message of another version is told as such, whatever form that version gave it', async () => {
  for (const change of [
    { version: '6', budget: 12 },
    { version: '8', items: undefined },
  ]) {
    assert.match(JSON.stringify(await send(change)), /"refused":\{"name":"VersionSkewError"/);
  }
});

test('a message of the own version in another form is refused as no envelope', async () => {
  await assert.rejects(send({ budget: 12 }), {
    name: 'InvalidRequestError',
    message: /Unrecognized key: "budget"/,
  });
});

test('a child too deep refuses', async () => {
  await assert.rejects(send({ depth: 4, path: '0.0.0.0.0' }), {
    name: 'RecursionLimitError',
    message: 'Expected a depth of at most 3, received 4 at 0.0.0.0.0.',
  });
});

test('options that the function does not know are named, as in any request', async () => {
  await assert.rejects(send({ options: { topk: 3 } }), {
    name: 'InvalidRequestError',
    message: /^options: unknown topk; expected one of .*topK$/,
  });
});

test('an item that cannot be read is answered in its place', async () => {
  const reply = await send({ items: ['a', 42, { item: 'c' }], slots: 5, options: { onError: 'collect' } });
  const message = 'item: Invalid input: expected string, received 42';
  assert.deepEqual(reply.$droste.outcomes, [
    { results: 'A' },
    { error: { name: 'InvalidRequestError', message } },
    { results: 'C' },
  ]);
});

test('a child whose deadline has passed starts nothing, and gives everything back as late', async () => {
  let worked = 0;
  const counting = each((item: string) => {
    worked += 1;
    return item;
  });
  const reply = await send({ deadline: 5, options: { onError: 'collect' } }, counting);
  assert.deepEqual(reply.$droste.outcomes, [null, null]);
  assert.deepEqual(reply.$droste.undone, [{ start: 0, end: 2, soloCrashes: 0, why: 'late' }]);
  assert.equal(worked, 0);
});

test('items that crashed a child and can have no other are given back, and the rest is answered', async () => {
  const error = { name: 'ChildInvocationError', message: 'out of memory' };
  let nowMs = 1_000_000;
  const { run } = memoryTree(upper, {
    ...form,
    // time passes as soon as there is something to wait for
    clock: {
      now: () => nowMs,
      random: () => 0.5,
      at: (atMs, callback) => {
        if (atMs - nowMs > 10_000) return () => {};
        const waiting = setImmediate(() => {
          nowMs = atMs;
          callback();
        });
        return () => clearImmediate(waiting);
      },
    },
    // its one child dies, and from then on every slot is taken
    fault: (_, n) => (n === 0 ? { kind: 'crashed', error } : { kind: 'throttled', reason: 'rate' }),
  });
  const { $droste: reply } = await run(
    JSON.parse(seal({ ...envelope, items: ['a', 'b', 'c', 'd'], slots: 2 })),
  );
  assert.deepEqual(reply.outcomes, [{ results: 'A' }, { results: 'B' }, null, null]);
  assert.deepEqual(reply.undone, [
    { start: 2, end: 3, soloCrashes: 0, why: 'suspect' },
    { start: 3, end: 4, soloCrashes: 0, why: 'suspect' },
  ]);
});

test('what a child had no time for goes back as late, beside what it answered, whatever its onError', async () => {
  const sendLate = async (change: Record<string, unknown>) => {
    const clock = createFakeClock();
    const slowFromC = each((item: string, { signal }) => {
      if (item < 'c') return item.toUpperCase();
      clock.advance(59_500);
      throw signal.reason;
    });
    const { run } = memoryTree(slowFromC, { ...form, clock });
    return run(JSON.parse(seal({ ...envelope, ...change } as Envelope)));
  };
  const { $droste: reply } = await sendLate({
    items: ['a', 'b', 'c', 'd'],
    options: { onError: 'collect' },
  });
  assert.deepEqual(reply.outcomes, [{ results: 'A' }, { results: 'B' }, null, null]);
  assert.deepEqual(reply.undone, [{ start: 2, end: 4, soloCrashes: 0, why: 'late' }]);
  const raised = await sendLate({ items: ['c', 'd'] });
  assert.deepEqual(raised.$droste.undone, [{ start: 0, end: 2, soloCrashes: 0, why: 'late' }]);
});

test('an error that the work function calls a missed deadline is the answer, and never done again', async () => {
  const error = { name: 'DeadlineExceededError', message: 'the camera did not answer' };
  const work = each((item: string) =>
    item === 'b' ? Promise.reject(Object.assign(new Error(error.message), error)) : item.toUpperCase(),
  );
  const { $droste: reply } = await send({ options: { onError: 'collect' } }, work);
  assert.deepEqual([reply.outcomes, reply.undone], [[{ results: 'A' }, { error }], []]);
  await assert.rejects(send({}, work), error);
});

test('a child that has another model than the tree refuses, under collect too', async () => {
  const work = each((item: string, { identify }) => {
    identify('model', 'sha256:new');
    return item;
  });
  const skewed = {
    name: 'VersionSkewError',
    message: 'Expected model sha256:old, as elsewhere in the tree, found sha256:new here.',
  };
  const identity = { model: 'sha256:old' };
  const refused = { $droste: { refused: skewed } };
  assert.deepEqual(await send({ identity }, work), refused);
  assert.deepEqual(await send({ identity, options: { onError: 'collect' } }, work), refused);
  const { $droste: reply } = await send({ identity: { model: 'sha256:new' } }, work);
  assert.deepEqual(reply.identity, { model: 'sha256:new' });
});

test('an envelope with neither items nor a manifest is refused, saying so', async () => {
  await assert.rejects(send({ items: undefined }), {
    name: 'InvalidRequestError',
    message: 'Expected an envelope with items or a manifest, received neither.',
  });
});

/** What a child tells a parent who reads along: its lines, and what is returned after them. */
const tell = async (change: Record<string, unknown>, work: typeof upper, clock?: Clock) => {
  let text = '';
  const reply = {
    signal: new AbortController().signal,
    write: async (more: string) => {
      text += more;
    },
  };
  const { handler, context } = memoryTree(work, {
    ...form,
    shape: { maxWork: 4 },
    ...(clock && { clock }),
  });
  const last = await handler(JSON.parse(seal({ ...envelope, stream: true, ...change } as Envelope)), {
    ...context,
    streaming: { begun: false, open: () => reply },
  });
  const lines = text.split('\n').slice(0, -1);
  // biome-ignore lint/suspicious/noExplicitAny: what a child answered, for assertions
  return { lines: lines.map((line) => JSON.parse(line).$droste), last: (last as any).$droste };
};

test('a parent who reads along is told of outcomes in order, by whom, and at the end of all else', async () => {
  const { lines, last } = await tell(
    {},
    each(async (item: string, { identify }) => {
      identify('colour', 'red');
      // the second one first
      if (item === 'a') await new Promise(setImmediate);
      return item.toUpperCase();
    }),
  );
  const teller = { path: '0.0', version: '7', identity: { colour: 'red' } };
  assert.deepEqual(lines, [
    { ...teller, outcomes: [{ results: 'A' }] },
    { ...teller, outcomes: [{ results: 'B' }] },
  ]);
  const { stats, ...rest } = last;
  assert.deepEqual(rest, { ...teller, outcomes: [], undone: [] });
  assert.equal(stats.invocations, 1);
});

test('a parent who reads along is told of what is given back, and of what follows it', async () => {
  const { lines, last } = await tell(
    { items: ['a', 'hang', 'c', 'bad'], options: { onError: 'collect' }, toleratedFailures: 0 },
    each(async (item: string, { signal }) => {
      if (item === 'bad') throw new TypeError('odd');
      if (item === 'hang') await new Promise((_, reject) => signal.addEventListener('abort', reject));
      return item.toUpperCase();
    }),
  );
  assert.deepEqual(
    lines.flatMap(({ outcomes }) => outcomes),
    [{ results: 'A' }, null, { results: 'C' }, { error: { name: 'TypeError', message: 'odd' } }],
  );
  assert.deepEqual(last.undone, [{ start: 1, end: 2, soloCrashes: 0, why: 'late' }]);
});

test('under raise an error ends what is told, and is told last', async () => {
  const { lines, last } = await tell(
    { items: ['a', 'bad'] },
    each(async (item: string) => {
      if (item === 'bad') throw new TypeError('odd');
      return item.toUpperCase();
    }),
  );
  assert.deepEqual(
    lines.flatMap(({ outcomes }) => outcomes),
    [{ results: 'A' }],
  );
  assert.deepEqual(last.failed, { name: 'TypeError', message: 'odd' });
});

test('under raise an error that came too late to end it is told in its turn, and so is what follows it', async () => {
  const clock = createFakeClock();
  const error = { name: 'TypeError', message: 'odd' };
  const { lines, last } = await tell(
    { items: ['a', 'bad', 'c'] },
    async (items) => {
      clock.advance(59_500);
      return items.map((item) => (item === 'bad' ? { error } : { results: item.toUpperCase() }));
    },
    clock,
  );
  assert.deepEqual(
    lines.flatMap(({ outcomes }) => outcomes),
    [{ results: 'A' }, { error }, { results: 'C' }],
  );
  assert.deepEqual([last.outcomes, last.undone], [[], []]);
});

test('a child that cannot stream answers a parent who would read along whole', async () => {
  const { outcomes } = (await send({ stream: true })).$droste;
  assert.deepEqual(outcomes, [{ results: 'A' }, { results: 'B' }]);
});
