import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallOutcome, ChildCall } from '../../../engine/index.ts';
import { createCallList } from '../../../functions/orchestrate/call-list.ts';
import type { Callee } from '../../../functions/orchestrate/request.ts';

const partOf = (name: string, options: Callee['options'] = {}): Callee => ({
  name,
  function: name,
  target: { functionName: `droste-${name}`, qualifier: undefined },
  options,
});

const summary = { items: 3 };
const replied = (results: unknown): CallOutcome => ({
  kind: 'replied',
  payload: JSON.stringify({ results, summary }),
});

/** Calls with what becomes of each, in turn. */
const callsOf = (...outcomes: readonly CallOutcome[]) => {
  const calls: ChildCall[] = [];
  const parts = [partOf('labels'), partOf('thumbs')];
  const callPart = createCallList({
    invoke: async (call) => {
      calls.push(call);
      return outcomes[calls.length - 1] ?? assert.fail('expected no more calls');
    },
    calls: 5,
    slots: 100,
    deadline: Date.now() + 60_000,
    onError: 'collect',
    list: { prefix: 's3://photos/' },
    parts,
    batch: 'mine',
    now: Date.now,
  });
  return { calls, callPart };
};

const signal = new AbortController().signal;

test('each function is the root of a batch of its own name over the list, with its share of the slots', async () => {
  const { calls, callPart } = callsOf(replied({ index: 's3://store/index.json' }));
  const reply = await callPart(partOf('thumbs', { size: 75 }), signal);
  assert.deepEqual(reply, { results: { index: 's3://store/index.json' }, summary });
  assert.equal(calls[0]?.target, 'droste-thumbs:live');
  const { deadlineMs, ...options } = JSON.parse(calls[0]?.payload ?? '').options;
  assert.ok(deadlineMs > Date.now());
  assert.deepEqual(options, { size: 75, onError: 'collect', slots: 50, resume: 'mine-thumbs' });
  assert.equal(JSON.parse(calls[0]?.payload ?? '').prefix, 's3://photos/');
});

test('a call that was throttled, lost or crashed is made again: its batch goes on where it stopped', async () => {
  const error = { name: 'Runtime.ExitError', message: 'gone' };
  const { calls, callPart } = callsOf(
    { kind: 'throttled', reason: 'ConcurrentInvocationLimitExceeded' },
    { kind: 'lost', error },
    { kind: 'crashed', error },
    replied({ index: null }),
  );
  await callPart(partOf('labels'), signal);
  assert.equal(calls.length, 4);
  assert.equal(new Set(calls.map(({ payload }) => payload)).size, 1);
});

test('what a function refuses is its own error, and a reply that is none is named', async () => {
  const error = { name: 'InvalidRequestError', message: 'options: unknown colour' };
  await assert.rejects(callsOf({ kind: 'failed', error, trace: [] }).callPart(partOf('a'), signal), error);
  await assert.rejects(callsOf({ kind: 'replied', payload: '[1]' }).callPart(partOf('a'), signal), {
    name: 'ChildInvocationError',
    message: 'a: expected results and a summary, received an array',
  });
});

test('who is throttled in all tries says so', async () => {
  const throttled: CallOutcome = { kind: 'throttled', reason: 'ConcurrentInvocationLimitExceeded' };
  const { callPart } = callsOf(...Array.from({ length: 5 }, () => throttled));
  await assert.rejects(callPart(partOf('a'), signal), {
    name: 'ThrottledError',
    message: 'a: expected room for its call, received ConcurrentInvocationLimitExceeded.',
  });
});
