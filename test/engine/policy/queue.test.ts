import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  fitsLane,
  fitsOwnWork,
  freshRange,
  halve,
  putBack,
  type Queue,
  type QueuedRange,
  take,
} from '../../../engine/policy/queue.ts';

const span = ({ start, end }: QueuedRange) => [start, end];
const spans = (queue: Queue) => queue.map(span);

const queues = fc
  .array(
    fc.record({
      gap: fc.nat(3),
      size: fc.integer({ min: 1, max: 9 }),
      quarantined: fc.boolean(),
      local: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((drawn) => {
    let at = 0;
    return drawn.map(({ gap, size, ...flags }): QueuedRange => {
      const start = at + gap;
      at = start + size;
      return { ...freshRange(start, at), ...flags };
    });
  });

const indexes = (queue: Queue) =>
  queue
    .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i))
    .sort((a, b) => a - b);

test('what is taken from the front and from the end meets in the middle', () => {
  const queue = [freshRange(0, 10)];
  const front = take(queue, 'front', fitsOwnWork, () => 4);
  assert.deepEqual(front && [span(front.range), spans(front.queue)], [[0, 4], [[4, 10]]]);
  const end = take(queue, 'end', fitsLane, () => 4);
  assert.deepEqual(end && [span(end.range), spans(end.queue)], [[6, 10], [[0, 6]]]);
});

test('own work leaves alone what has crashed a child', () => {
  const queue = [{ ...freshRange(0, 4), quarantined: true }, freshRange(4, 8)];
  assert.deepEqual(take(queue, 'front', fitsOwnWork, () => 8)?.range, freshRange(4, 8));
  assert.equal(
    take(queue.slice(0, 1), 'front', fitsOwnWork, () => 8),
    undefined,
  );
});

test('lanes leave alone what children have had their tries at', () => {
  const queue = [freshRange(0, 4), { ...freshRange(4, 8), local: true }];
  for (const side of ['front', 'end'] as const) {
    assert.deepEqual(take(queue, side, fitsLane, () => 8)?.range, freshRange(0, 4));
    assert.equal(
      take(queue.slice(1), side, fitsLane, () => 8),
      undefined,
    );
  }
});

test('nothing is lost or doubled by taking, and never more is taken than asked for', () => {
  fc.assert(
    fc.property(queues, fc.integer({ min: 1, max: 12 }), (queue, most) => {
      for (const [side, fits] of (['front', 'end'] as const).flatMap((side) =>
        [fitsOwnWork, fitsLane].map((fits) => [side, fits] as const),
      )) {
        const taken = take(queue, side, fits, () => most);
        if (!taken) {
          assert.ok(!queue.some(fits));
          continue;
        }
        assert.ok(fits(taken.range));
        assert.ok(taken.range.end - taken.range.start <= most);
        assert.deepEqual(indexes(putBack(taken.queue, taken.range)), indexes(queue));
      }
    }),
  );
});

test('a range put back stands in its place by start', () => {
  fc.assert(
    fc.property(queues, fc.nat(), (queue, choice) => {
      if (queue.length === 0) return;
      const at = choice % queue.length;
      const [range] = queue.slice(at);
      assert.ok(range);
      assert.deepEqual(putBack(queue.toSpliced(at, 1), range), queue);
    }),
  );
});

test('halves are even, the first one longer where it must be, and keep what has happened', () => {
  const range = { ...freshRange(3, 8), attempt: 2, soloCrashes: 1 };
  assert.deepEqual(halve(range), [
    { ...range, end: 6 },
    { ...range, start: 6 },
  ]);
});
