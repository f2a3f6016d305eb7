import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBatch } from '../../client/batch.ts';
import type { Invoke } from '../../engine/child/ports.ts';

test('who hears nothing but throttles gives up by itself, and is told meanwhile what is waited for', async () => {
  const told: string[] = [];
  const throttled: Invoke = async ({ sent }) => {
    sent?.();
    return { kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
  };
  const { stopped, summary } = await runBatch({
    functionName: 'busy',
    items: [1, 2, 3],
    onError: 'collect',
    invoke: throttled,
    patienceMs: 300,
    onWaiting: (untilMs, why) => {
      assert.ok(untilMs > 0);
      told.push(why);
    },
  });
  assert.equal(stopped?.name, 'ThrottledError');
  assert.match(stopped?.message ?? '', /an answer of busy within 300 ms, received a throttle \(Reserved/);
  assert.ok(told.length > 0);
  assert.match(told[0] ?? '', /^a throttle \(Reserved/);
  assert.equal(summary.invocations, 0, 'what never ran is not counted');
});

test('a function that dies before its handler ends a batch of 1,000 items after two calls a lane, with its error', async () => {
  let calls = 0;
  const broken: Invoke = async ({ sent, target }) => {
    calls += 1;
    sent?.();
    await new Promise((resolve) => setImmediate(resolve));
    const message = `${target} crashed: Runtime.ExitError: exit status 1`;
    return { kind: 'crashed', error: { name: 'ChildInvocationError', message } };
  };
  const { outcomes, unanswered } = await runBatch({
    functionName: 'dead',
    items: Array.from({ length: 1_000 }, (_, n) => n),
    onError: 'collect',
    invoke: broken,
  });
  assert.equal(calls, 20);
  assert.match(unanswered?.message ?? '', /exit status 1/);
  assert.ok(outcomes.every((outcome) => outcome && 'error' in outcome));
});
