import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { traceEvents } from '../../view/trace-events.ts';
import { invocation, item, run } from './support/runs.ts';

const { traceEvents: events } = traceEvents(
  run(
    [
      invocation('0', { environment: 'a', span: [0, 100], ownWork: [[5, 50]] }),
      invocation('0.0', { environment: 'b', span: [10, 60], cold: true }),
      invocation('0.1', { environment: '', span: [12, 13], outcome: 'throttled' }),
      invocation('0.1', { environment: 'b', span: [70, 90], attempt: 1 }),
    ],
    [
      item('one.jpg', 'x', 1, {
        paths: ['0.0'],
        steps: { fetch: [11, 30], decode: [30, 40], infer: [40, 41] },
      }),
      item('two.jpg', 'x', 1, {
        paths: ['0.0'],
        steps: { fetch: [12, 20], decode: [39.5, 45], infer: [45.5, 46] },
      }),
      item('lost.jpg', 'x', 1, { paths: ['0.7'], steps: { fetch: [1, 2] } }),
    ],
  ),
);

describe('a trace', () => {
  it('keeps the rules of the trace-event format', () => {
    for (const event of events) {
      for (const field of ['pid', 'tid', 'ts'] as const) assert.ok(Number.isInteger(event[field]), field);
      assert.ok(event.ts >= 0);
      if (event.ph === 'X') assert.ok((event.dur ?? 0) > 0);
      if (event.ph === 's' || event.ph === 'f') assert.ok(Number.isInteger(event.id));
      if (event.ph === 'f') assert.equal(event.bp, 'e');
      if (event.ph === 'C')
        assert.ok(Object.values(event.args ?? {}).every((value) => typeof value === 'number'));
    }
  });

  it('has a process for each environment, with the invocations that ran in it', () => {
    const names = events.filter(({ name }) => name === 'process_name').map(({ args }) => args?.name);
    assert.deepEqual(names, ['a', 'b', 'the tree']);
    const pid = events.find(({ args }) => args?.name === 'b')?.pid;
    const inside = events.filter((event) => event.pid === pid && event.ph === 'X').map(({ name }) => name);
    assert.deepEqual(inside.slice(0, 2), ['0.0 (cold)', '0.1']);
  });

  it('draws an arrow from the parent to each child that ran, and every arrow has both ends', () => {
    const ends = Map.groupBy(
      events.filter(({ ph }) => ph === 's' || ph === 'f'),
      ({ id }) => id,
    );
    assert.equal(ends.size, 2);
    for (const pair of ends.values())
      assert.deepEqual(
        pair.map(({ ph }) => ph),
        ['s', 'f'],
      );
  });

  it('counts slots in use and throttles', () => {
    const most = Math.max(
      ...events.filter(({ name }) => name === 'slots in use').map(({ args }) => Number(args?.slots)),
    );
    assert.equal(most, 2);
    assert.equal(events.filter(({ name }) => name === 'throttles').length, 1);
  });

  it('has threads for what is done to pictures, more of them where several are under way at once', () => {
    const pid = events.find(({ args }) => args?.name === 'b')?.pid;
    const names = events
      .filter((event) => event.pid === pid && event.name === 'thread_name')
      .map(({ args }) => args?.name);
    assert.deepEqual(names, ['invocation', 'own work', 'download', 'download 2', 'decode', 'infer']);
    const steps = events.filter(({ args }) => args?.picture !== undefined);
    assert.equal(steps.length, 6, 'what nobody answered has no place');
  });

  it('has no two events of one thread that overlap and are not within each other', () => {
    const byThread = Map.groupBy(
      events.filter(({ ph }) => ph === 'X'),
      ({ pid, tid }) => `${pid} ${tid}`,
    );
    for (const thread of byThread.values()) {
      for (const a of thread)
        for (const b of thread) {
          const [endA, endB] = [a.ts + (a.dur ?? 0), b.ts + (b.dur ?? 0)];
          assert.ok(a.ts > b.ts || endA <= b.ts || endA >= endB || a === b, `${a.name} and ${b.name}`);
        }
    }
  });

  it('tells times in microseconds', () => {
    const work = events.find(({ name }) => name === 'own work');
    assert.deepEqual([work?.ts, work?.dur], [5_000, 45_000]);
  });
});
