import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runBatch } from '../../client/batch.ts';
import type { BatchInput } from '../../client/batch-input.ts';
import type { CallOutcome } from '../../engine/child/ports.ts';
import { each, type Invoke, type Outcome, recursive } from '../../engine/index.ts';
import { ENVELOPE_KEY } from '../../engine/protocol/envelope.ts';

const error = { name: 'ChildInvocationError', message: 'died' };

/** What becomes of a call once so many of its lines were read; of no other one if nothing is said. */
interface Fate {
  readonly lines: number;
  readonly outcome: CallOutcome;
}

/**
 * A function that streams, in this process: its lines are read up to where its fate has it. Told which items each call
 * was given.
 */
const streamed = (fates: readonly Fate[], versionOf: (call: number) => string = () => '1') => {
  const given: (readonly number[])[] = [];
  const handler = recursive(
    each(async (item: number, { identify }) => {
      identify('colour', 'red');
      return item * 10;
    }),
    {
      config: {
        functionName: 'fn',
        qualifier: 'live',
        functionVersion: undefined,
        store: undefined,
        allowFile: false,
        maxWork: 3,
        maxLanes: 0,
        slots: 1,
        maxDepth: 8,
      },
    },
  );
  const invoke: Invoke = async ({ payload, onLine }) => {
    const call = given.length;
    const { items } = JSON.parse(payload)[ENVELOPE_KEY];
    given.push(items);
    // one item alone is answered: it would be named as what crashes its callers
    const fate = items.length > 1 ? fates[call] : undefined;
    let text = '';
    const lines = {
      signal: new AbortController().signal,
      write: async (more: string) => {
        text += more;
      },
    };
    const reply = await handler(JSON.parse(payload), {
      awsRequestId: 'request',
      functionVersion: versionOf(call),
      getRemainingTimeInMillis: () => 60_000,
      streaming: { begun: false, open: () => lines },
    });
    const told = text.split('\n').slice(0, -1);
    for (const line of told.slice(0, fate?.lines)) onLine?.(line);
    return fate?.outcome ?? { kind: 'replied', payload: JSON.stringify(reply) };
  };
  return { invoke, given };
};

const run = async (size: number, input: Pick<BatchInput, 'invoke'> & Partial<BatchInput>) => {
  const told: [number, Outcome<unknown>][] = [];
  const result = await runBatch({
    functionName: 'fn',
    items: Array.from({ length: size }, (_, n) => n),
    streaming: true,
    shape: { maxWork: 3, maxLanes: 2, slots: 2 },
    onError: 'collect',
    onOutcome: (index, outcome) => told.push([index, outcome]),
    ...input,
  });
  return { ...result, told };
};

const answersOf = (size: number) => Array.from({ length: size }, (_, n) => ({ results: n * 10 }));

const fate = fc.record({
  lines: fc.nat(12),
  outcome: fc.constantFrom<CallOutcome>({ kind: 'crashed', error }, { kind: 'too-large', error }),
});

test('every item is answered once, and what a call had told before it died is asked of nobody again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.array(fate, { maxLength: 6 }),
      async (size, fates) => {
        const { invoke, given } = streamed(fates);
        const { outcomes, told, summary, stopped } = await run(size, { invoke });
        assert.equal(stopped, undefined);
        assert.deepEqual(outcomes, answersOf(size));
        assert.deepEqual(
          told.map(([index]) => index).toSorted((a, b) => a - b),
          [...answersOf(size).keys()],
        );
        // of a call that died all lines but the last item's count, and of no item is there more than one that does
        const counted = given.map((items, call) =>
          items.length > 1 && fates[call] ? Math.min(fates[call].lines, items.length - 1) : items.length,
        );
        assert.equal(
          counted.reduce((sum, lines) => sum + lines, 0),
          size,
        );
        assert.deepEqual([summary.succeeded, summary.invocations], [size, given.length]);
        assert.deepEqual([summary.version, summary.colour], ['1', 'red']);
      },
    ),
    { numRuns: 60 },
  );
});

test('the last outcome of a call waits for its counts', async () => {
  const { invoke } = streamed([]);
  const { summary, outcomes } = await run(3, { invoke });
  assert.deepEqual(outcomes, answersOf(3));
  assert.deepEqual([summary.invocations, summary.depth, summary.retried], [1, 1, 0]);
});

test('what is told by another version than the first is not merged, and done by the first', async () => {
  const versions: string[] = [];
  const { invoke, given } = streamed([{ lines: 2, outcome: { kind: 'crashed', error } }], (call) =>
    call === 1 ? '2' : '1',
  );
  const { outcomes, summary } = await run(3, {
    invoke: async (call) => {
      versions.push(call.target);
      return invoke(call);
    },
    shape: { maxWork: 3, maxLanes: 1, slots: 1 },
  });
  assert.deepEqual(outcomes, answersOf(3));
  assert.deepEqual(given, [[0, 1, 2], [2], [2]]);
  assert.deepEqual(versions, ['fn:live', 'fn:live', 'fn:1']);
  assert.equal(summary.version, '1');
});

/** A function whose every reply begins with these lines of the call's own path. */
const telling = (linesOf: (path: string) => readonly object[], end: CallOutcome) => {
  let calls = 0;
  const whole = streamed([]);
  const invoke: Invoke = async (call) => {
    if (calls++ > 0) return whole.invoke(call);
    const { path } = JSON.parse(call.payload)[ENVELOPE_KEY];
    for (const line of linesOf(path)) call.onLine?.(JSON.stringify({ [ENVELOPE_KEY]: line }));
    return end;
  };
  return { invoke, given: whole.given };
};

const partOf = (path: string, change: object = {}) => ({
  path,
  version: '1',
  identity: { colour: 'red' },
  outcomes: [{ results: 'told' }],
  ...change,
});

for (const [why, linesOf] of [
  ['of another version', (path: string) => [partOf(path, { version: '2' })]],
  ['of another identity', (path: string) => [partOf(path, { identity: { colour: 'blue' } })]],
  ['of another call', () => [partOf('0.7')]],
  ['that is no part', (path: string) => [{ path }]],
] as const) {
  test(`a line ${why} is not merged, nor what follows it`, async () => {
    const { invoke } = telling((path) => [partOf(path), ...linesOf(path), partOf(path)], {
      kind: 'replied',
      payload: '',
    });
    const { outcomes, summary } = await run(3, { invoke, shape: { maxWork: 3, maxLanes: 1, slots: 1 } });
    assert.deepEqual(outcomes, [{ results: 'told' }, ...answersOf(3).slice(1)]);
    assert.equal(summary.retried, 1);
  });
}

test('what follows an item that was given back waits for the reply, and is done again without one', async () => {
  const lines = (path: string) => [partOf(path), partOf(path, { outcomes: [null] }), partOf(path)];
  const { invoke, given } = telling(lines, { kind: 'crashed', error });
  const { outcomes } = await run(4, { invoke, shape: { maxWork: 4, maxLanes: 1, slots: 1 } });
  assert.deepEqual(outcomes, [{ results: 'told' }, ...answersOf(4).slice(1)]);
  assert.deepEqual(given.flat().toSorted(), [1, 2, 3]);
});

test('under raise an error that a call tells at its end is raised by its own name', async () => {
  const failed = { [ENVELOPE_KEY]: { failed: { name: 'QuotaError', message: 'odd' }, trace: [] } };
  const { invoke } = telling((path) => [partOf(path)], { kind: 'replied', payload: JSON.stringify(failed) });
  const { stopped, outcomes } = await run(3, {
    invoke,
    onError: 'raise',
    shape: { maxWork: 3, maxLanes: 1, slots: 1 },
  });
  assert.equal(stopped?.name, 'QuotaError');
  assert.deepEqual(outcomes.slice(0, 1), [{ results: 'told' }]);
});

test('a call that told something and died is no proof that nobody answers', async () => {
  const { invoke } = telling((path) => [partOf(path)], { kind: 'failed', error, trace: [] });
  const { outcomes, unanswered } = await run(2, { invoke, shape: { maxWork: 2, maxLanes: 1, slots: 1 } });
  assert.deepEqual(outcomes, [{ results: 'told' }, { error }]);
  assert.equal(unanswered, undefined);
});
