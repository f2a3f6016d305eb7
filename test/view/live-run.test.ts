import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { begun, drawn, told } from '../../view/live-run.ts';
import { invocation, item, run } from './support/runs.ts';

const running = invocation('0.0', { outcome: 'running', span: [10, 10] });

describe('a run under way', () => {
  it('draws an invocation that has not ended up to now, and one that has as it was', () => {
    const live = told(begun('x', 2, 1000), { kind: 'invocation', id: 'a', invocation: running });
    const before = drawn(live, 1500);
    assert.deepEqual([before.invocations[0]?.span, before.elapsedMs], [[10, 500], 500]);
    const ended = invocation('0.0', { span: [10, 300] });
    const after = drawn(told(live, { kind: 'invocation', id: 'a', invocation: ended }), 1500);
    assert.deepEqual(after.invocations, [ended]);
  });

  it('counts what ran, what was throttled and what is another attempt', () => {
    const told3 = [
      running,
      invocation('0.1', { outcome: 'throttled', environment: '' }),
      invocation('0.1.2', { attempt: 1 }),
    ].reduce(
      (live, one, at) => told(live, { kind: 'invocation', id: `${at}`, invocation: one }),
      begun('x', 1, 0),
    );
    assert.deepEqual(drawn(told3, 1).counts, { invocations: 2, depth: 2, throttled: 1, retried: 1 });
  });

  it('has the pictures that are answered, in the order of the batch, whenever they come', () => {
    const events = [2, 0].map((index) => ({ kind: 'item' as const, index, item: item(`p${index}`, 'x', 1) }));
    const live = events.reduce(told, begun('x', 3, 0));
    assert.deepEqual(
      drawn(live, 1).items.map(({ name }) => name),
      ['p0', 'p2'],
    );
  });

  it('is in the end what the host made of it, with the pictures that were told', () => {
    const { items: _, ...whole } = run([invocation('0.0')]);
    const answered = item('p0', 'x', 1);
    const live = told(told(begun('x', 1, 0), { kind: 'item', index: 0, item: answered }), {
      kind: 'ended',
      run: whole,
      stopped: 'ThrottledError: x',
    });
    assert.deepEqual(drawn(live, 1), { ...whole, items: [answered] });
    assert.deepEqual([live.state, live.message], ['ended', 'ThrottledError: x']);
  });

  it('keeps what was told before it failed', () => {
    const live = told(told(begun('x', 1, 0), { kind: 'started', rootRequestId: 'r', startedMs: 0 }), {
      kind: 'failed',
      message: 'gone',
    });
    assert.deepEqual([live.state, live.message, drawn(live, 1).roots], ['failed', 'gone', ['r']]);
  });
});
