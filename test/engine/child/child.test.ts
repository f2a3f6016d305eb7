import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChildCaller } from '../../../engine/child/child.ts';
import type { Place } from '../../../engine/child/place.ts';
import type { CallOutcome, ChildCall, ChildRequest, Invoke } from '../../../engine/child/ports.ts';
import { LEVEL_MARGIN_MS, NO_DEADLINE } from '../../../engine/policy/deadline.ts';
import type { EnvelopeReply } from '../../../engine/protocol/child-reply.ts';
import { ENVELOPE_KEY, refusal, seal } from '../../../engine/protocol/envelope.ts';
import { type OpenStore, pack } from '../../../engine/protocol/wire.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

const place: Place = {
  functionName: 'classify',
  qualifier: 'live',
  options: { topK: 3 },
  depth: 1,
  path: '0.2',
  deadline: 1_010_000,
  version: '7',
  identity: {},
  rootRequestId: 'root',
  runId: 'root',
};

const request: ChildRequest = {
  range: { start: 4, end: 6 },
  given: { items: ['e', 'f'] },
  slots: 3,
  attempt: 1,
  pinned: false,
  signal: new AbortController().signal,
};

const answerTo = (path: string, change: Partial<EnvelopeReply> = {}): CallOutcome => ({
  kind: 'replied',
  payload: seal({
    path,
    version: '7',
    outcomes: [{ results: 'E' }, { results: 'F' }],
    undone: [],
    stats: { invocations: 1, depth: 2, throttled: 0, retried: 0 },
    identity: {},
    ...change,
  }),
});

const payloadOf = (outcome: CallOutcome): string => (outcome.kind === 'replied' ? outcome.payload : '');

/** A caller whose calls are noted and answered by `answer`, given the path of the call. */
const callerOf = (at: Partial<Place>, answer: (path: string) => CallOutcome, openStore?: OpenStore) => {
  const calls: ChildCall[] = [];
  const caller = createChildCaller(
    { ...place, ...at },
    async (call) => {
      calls.push(call);
      call.sent?.();
      return answer(JSON.parse(call.payload)[ENVELOPE_KEY].path);
    },
    createFakeClock(),
    openStore,
  );
  return { ...caller, calls };
};

test('a child is told its items, its place one level down, its slots and its deadline', async () => {
  const { call, calls } = callerOf({}, (path) => answerTo(path));
  await call(request);
  assert.equal(calls[0]?.target, 'classify:live');
  assert.deepEqual(JSON.parse(calls[0]?.payload ?? '')[ENVELOPE_KEY], {
    items: ['e', 'f'],
    options: { topK: 3 },
    depth: 2,
    path: '0.2.0',
    slots: 3,
    deadline: place.deadline - LEVEL_MARGIN_MS,
    version: '7',
    identity: {},
    rootRequestId: 'root',
    attempt: 1,
  });
});

test('every call has a path of its own, a repeated one too', async () => {
  const { call, calls } = callerOf({}, () => ({ kind: 'throttled', reason: 'rate' }));
  for (let times = 0; times < 3; times++) await call(request);
  assert.deepEqual(
    calls.map(({ payload }) => JSON.parse(payload)[ENVELOPE_KEY].path),
    ['0.2.0', '0.2.1', '0.2.2'],
  );
});

test('a pinned call names the exact version, and no qualifier is used where there is none', async () => {
  const pinned = callerOf({}, (path) => answerTo(path));
  await pinned.call({ ...request, pinned: true });
  assert.equal(pinned.calls[0]?.target, 'classify:7');
  const bare = callerOf({ qualifier: undefined }, (path) => answerTo(path));
  await bare.call(request);
  assert.equal(bare.calls[0]?.target, 'classify');
});

test('a call may last as long as a function at most, and never ends by itself before the deadline', async () => {
  const until = async (deadline: number) => {
    const { call, calls } = callerOf({ deadline }, (path) => answerTo(path));
    await call(request);
    return calls[0]?.timeoutMs ?? 0;
  };
  assert.equal(await until(NO_DEADLINE), 905_000);
  // ended by its time-out at the deadline, it would pass for a crash and be sent again
  assert.ok((await until(1_010_000)) > 10_000);
});

test('a reply of its own path, version and length is the answer', async () => {
  const { call } = callerOf({}, (path) => answerTo(path));
  const answer = await call(request);
  assert.ok(answer.kind === 'answered');
  assert.deepEqual(answer.reply.outcomes, [{ results: 'E' }, { results: 'F' }]);
});

test('a reply that is none is a lost answer, and says whose and why', async () => {
  const { call } = callerOf({}, () => ({ kind: 'replied', payload: 'Task timed out after 3.00 seconds' }));
  assert.deepEqual(await call(request), {
    kind: 'lost',
    path: '0.2.0',
    error: {
      name: 'ChildInvocationError',
      message:
        'Child 0.2.0 of classify answered something else: expected JSON, received "Task timed out after 3.00 seconds".',
    },
  });
});

test('an answer of another version does not count, and neither does a refusal to work as one', async () => {
  const answered = callerOf({}, (path) => answerTo(path, { version: '8' }));
  const error = { name: 'VersionSkewError', message: 'Expected version 7' };
  const refused = callerOf({}, () => ({ kind: 'replied', payload: JSON.stringify(refusal(error)) }));
  assert.deepEqual(await answered.call(request), {
    kind: 'skewed',
    path: '0.2.0',
    error: {
      name: 'VersionSkewError',
      message: 'Expected version 7 of classify, received an answer of version 8.',
    },
  });
  assert.equal((await refused.call(request)).kind, 'skewed');
});

test('what a work function throws is its error, whatever it is called', async () => {
  for (const name of ['VersionSkewError', 'PayloadTooLargeError', 'DeadlineExceededError']) {
    const failed: CallOutcome = { kind: 'failed', error: { name, message: 'of my own' }, trace: [] };
    assert.deepEqual(await callerOf({}, () => failed).call(request), { ...failed, path: '0.2.0' });
  }
});

test('a caller outside Lambda takes the version of the first answer for that of the tree', async () => {
  let version = '8';
  const {
    call,
    calls,
    version: known,
  } = callerOf({ version: undefined }, (path) => answerTo(path, { version }));
  assert.equal(known(), undefined);
  assert.equal((await call(request)).kind, 'answered');
  assert.equal(known(), '8');
  version = '9';
  assert.equal((await call(request)).kind, 'skewed');
  await call({ ...request, pinned: true });
  assert.equal(calls[2]?.target, 'classify:8');
});

test('every other outcome of a call is passed on as it is, with whose it was', async () => {
  const error = { name: 'X', message: 'x' };
  const outcomes: readonly CallOutcome[] = [
    { kind: 'throttled', reason: 'rate' },
    { kind: 'crashed', error },
    { kind: 'lost', error },
    { kind: 'too-large', error },
    { kind: 'refused', error },
    { kind: 'failed', error, trace: [] },
    { kind: 'aborted' },
  ];
  for (const outcome of outcomes) {
    assert.deepEqual(await callerOf({}, () => outcome).call(request), { ...outcome, path: '0.2.0' });
  }
});

test('what cannot be written as JSON is to be split until it is alone, and is not sent', async () => {
  for (const [item, why] of [
    [1n, 'Do not know how to serialize a BigInt'],
    [undefined, 'JSON has no undefined'],
  ] as const) {
    const unwritable = await callerOf({}, (path) => answerTo(path)).call({
      ...request,
      given: { items: [item] },
    });
    assert.deepEqual(unwritable, {
      kind: 'too-large',
      path: '0.2.0',
      ran: false,
      error: {
        name: 'InvalidRequestError',
        message: `Expected items and options that JSON can carry: TypeError: ${why}`,
      },
    });
  }
});

test('what an adapter throws is a lost answer', async () => {
  const thrown = callerOf({}, () => {
    throw new RangeError('broken adapter');
  });
  assert.match(JSON.stringify(await thrown.call(request)), /"lost".*RangeError: broken adapter/);
});

test('with no time left for a child none is called: children cannot be had any more', async () => {
  const { call, calls } = callerOf({ deadline: 1_000_000 + LEVEL_MARGIN_MS }, (path) => answerTo(path));
  const answer = await call(request);
  assert.equal(calls.length, 0);
  // not `aborted`: whoever was to take these items still has them
  assert.ok(answer.kind === 'refused');
  assert.equal(answer.error.name, 'DeadlineExceededError');
  assert.match(answer.error.message, /child 0\.2\.0 .* 1970-01-01T00:16:40\.000Z/);
});

/** A way to children whose answers arrive that long after `answered` says; it notes the deadlines they are given. */
const slowWay = (arriveMs: number, answered: (deadlineMs: number, clock: FakeClock) => void) => {
  const clock = createFakeClock();
  const deadlines: number[] = [];
  const invoke: Invoke = async ({ payload }) => {
    const { path, deadline } = JSON.parse(payload)[ENVELOPE_KEY];
    deadlines.push(deadline);
    answered(deadline, clock);
    const answeredMs = clock.now();
    clock.advance(arriveMs);
    return answerTo(path, { stats: { invocations: 1, depth: 2, throttled: 0, retried: 0, answeredMs } });
  };
  const callBy = (deadline: number) => createChildCaller({ ...place, deadline }, invoke, clock).call(request);
  return { callBy, deadlines, clock };
};

test('where answers take long to arrive, later children are given an earlier deadline, by what was measured', async () => {
  const { callBy, deadlines } = slowWay(400, () => {});
  await callBy(place.deadline);
  await callBy(place.deadline);
  // the first measurement and four deviations, each half of it
  assert.deepEqual(deadlines, [place.deadline - LEVEL_MARGIN_MS, place.deadline - 3 * 400]);
});

test('a child that its work kept beyond its deadline counts as late by that too', async () => {
  const { callBy, deadlines, clock } = slowWay(100, (deadlineMs) =>
    clock.advance(deadlineMs + 200 - clock.now()),
  );
  await callBy(place.deadline);
  const later = clock.now() + 100_000;
  await callBy(later);
  assert.deepEqual(deadlines, [place.deadline - LEVEL_MARGIN_MS, later - 3 * 300]);
});

test('a child is told what the tree has said of itself, and its answer adds to that', async () => {
  const identity: Record<string, string> = { runtime: 'ort' };
  const { call, calls } = callerOf({ identity }, (path) =>
    answerTo(path, { identity: { model: 'sha256:a' } }),
  );
  assert.equal((await call(request)).kind, 'answered');
  await call(request);
  assert.deepEqual(
    calls.map(({ payload }) => JSON.parse(payload)[ENVELOPE_KEY].identity),
    [{ runtime: 'ort' }, { runtime: 'ort', model: 'sha256:a' }],
  );
});

test('of two children with different models the odd one is not merged, nor anything it says remembered', async () => {
  const said = [{ model: 'sha256:a' }, { labels: 'sha256:c', model: 'sha256:b' }];
  const identity: Record<string, string> = {};
  const { call } = callerOf({ identity }, (path) => answerTo(path, { identity: said.shift() ?? {} }));
  assert.equal((await call(request)).kind, 'answered');
  assert.deepEqual(await call(request), {
    kind: 'lost',
    path: '0.2.1',
    error: {
      name: 'VersionSkewError',
      message: 'Expected model sha256:a throughout the tree, received sha256:b from child 0.2.1.',
    },
  });
  assert.deepEqual(identity, { model: 'sha256:a' });
});

test('a request too large to travel is put aside where there is a store, and too large where there is none', async () => {
  const given = { items: ['x'.repeat(7 * 1024 * 1024)] };
  const none = callerOf({}, (path) => answerTo(path));
  const refused = await none.call({ ...request, given });
  assert.ok(refused.kind === 'too-large');
  assert.equal(refused.error.name, 'PayloadTooLargeError');
  assert.equal(none.calls.length, 0);

  const store = createMemoryStore();
  const kept = callerOf(
    {},
    () => ({ kind: 'throttled', reason: 'rate' }),
    async () => store,
  );
  await kept.call({ ...request, given });
  assert.ok((kept.calls[0]?.payload.length ?? 0) < 1_000);
  assert.equal((await store.list('claims/')).length, 1);
});

test('a reply that was put aside is taken back, and one that is gone is a lost answer', async () => {
  const store = createMemoryStore();
  const openStore = async () => store;
  const outcomes = [{ results: 'x'.repeat(1024 * 1024) }, { results: 'F' }];
  const reply = { ...JSON.parse(payloadOf(answerTo('0.2.0')))[ENVELOPE_KEY], outcomes };
  const payload = await pack(reply, openStore);
  const { call } = callerOf({}, () => ({ kind: 'replied', payload }), openStore);
  const answer = await call(request);
  assert.ok(answer.kind === 'answered');
  assert.deepEqual(answer.reply.outcomes, outcomes);

  const elsewhere = callerOf(
    {},
    () => ({ kind: 'replied', payload }),
    async () => createMemoryStore(),
  );
  const gone = await elsewhere.call(request);
  assert.ok(gone.kind === 'lost');
  assert.match(gone.error.message, /Could not call child 0\.2\.0 .*found none: it may have expired/);
});
