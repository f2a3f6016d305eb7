import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type AnsweredCall, CALL_MAX_CHARACTERS, cutIntoCalls, eventsOf, wholeOf } from '../../view/calls.ts';
import { invocation } from './support/runs.ts';

describe('calls of the page of a deployed stack', () => {
  it('take every picture once, in order, and no more than one takes unless a picture alone is more', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 * CALL_MAX_CHARACTERS })), (sizes) => {
        const calls = cutIntoCalls(sizes);
        assert.deepEqual(
          calls.flat(),
          sizes.map((_, index) => index),
        );
        for (const call of calls) {
          const characters = call.reduce((sum, index) => sum + (sizes[index] ?? 0), 0);
          assert.ok(call.length === 1 || (call.length <= 32 && characters <= CALL_MAX_CHARACTERS));
        }
      }),
    );
  });

  const startedMs = 1_000_000;
  const call = (rootMs: readonly [number, number]): AnsweredCall => ({
    ...{ number: 2, indexes: [4, 7], names: ['a.jpg', 'b.jpg'], span: [100, 500] },
    reply: {
      results: [
        { results: { tags: [{ class: 'x', confidence: 1 }] }, receipt: { path: '0.0', inferMs: 3 } },
        { error: { name: 'ImageFetchError', message: 'no' }, receipt: { path: '0' } },
      ],
      summary: {
        ...{ invocations: 2, depth: 1, throttled: 0, retried: 0, rootRequestId: 'r', version: '3' },
        receipts: [
          invocation('0', { span: rootMs, ownWork: [rootMs] }),
          invocation('0.0', { span: [rootMs[0] + 10, rootMs[1] - 10] }),
        ],
      },
    },
  });

  it('tell their pictures by their places in the run, and their tree by the call’s number', () => {
    const events = eventsOf(call([startedMs + 150, startedMs + 450]), 'm', startedMs);
    assert.deepEqual(
      events.flatMap((event) =>
        event.kind === 'invocation' ? [[event.id, event.invocation.path, event.invocation.span]] : [],
      ),
      [
        ['call 2', '2', [150, 450]],
        ['call 2.1', '2.0', [160, 440]],
      ],
    );
    assert.deepEqual(
      events.flatMap((event) =>
        event.kind === 'item'
          ? [[event.index, event.item.name, event.item.paths, event.item.error?.name]]
          : [],
      ),
      [
        [4, 'a.jpg', ['2.0'], undefined],
        [7, 'b.jpg', ['2'], 'ImageFetchError'],
      ],
    );
  });

  it('lie within the call by the page’s clock, however wrong the clocks of the tree are', () => {
    const price = { ms: 1e-6, invocation: 1e-7 };
    const shown = { elapsedMs: 600, title: 't', price };
    const { invocations, counts, cost } = wholeOf([call([5, 305])], startedMs, shown);
    assert.deepEqual(
      invocations.map(({ span }) => span),
      [
        [150, 450],
        [160, 440],
      ],
    );
    assert.deepEqual(counts, { invocations: 2, depth: 1, throttled: 0, retried: 0 });
    assert.equal(cost?.usd.toFixed(9), (580 * 1e-6 + 2e-7).toFixed(9));
  });
});
