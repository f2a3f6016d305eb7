import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  freshPiece,
  halve,
  type Piece,
  putBack,
  type Queue,
  takeForHands,
  takeForLane,
} from '../../../functions/recursion/core/queue.ts';

const span = ({ start, end }: Piece) => [start, end];
const spans = (queue: Queue) => queue.map(span);

const queues = fc
  .array(
    fc.record({
      gap: fc.nat(3),
      size: fc.integer({ min: 1, max: 9 }),
      suspect: fc.boolean(),
      local: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((drawn) => {
    let at = 0;
    return drawn.map(({ gap, size, ...flags }): Piece => {
      const start = at + gap;
      at = start + size;
      return { ...freshPiece(start, at), ...flags };
    });
  });

const indexes = (queue: Queue) =>
  queue
    .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i))
    .sort((a, b) => a - b);

test('hands take from the front and lanes from the end, so that they meet in the middle', () => {
  const queue = [freshPiece(0, 10)];
  const hands = takeForHands(queue, 4);
  assert.deepEqual(hands && [span(hands.piece), spans(hands.queue)], [[0, 4], [[4, 10]]]);
  const lane = takeForLane(queue, 4);
  assert.deepEqual(lane && [span(lane.piece), spans(lane.queue)], [[6, 10], [[0, 6]]]);
});

test('hands leave alone what has crashed a child', () => {
  const queue = [{ ...freshPiece(0, 4), suspect: true }, freshPiece(4, 8)];
  assert.deepEqual(takeForHands(queue, 8)?.piece, freshPiece(4, 8));
  assert.equal(takeForHands(queue.slice(0, 1), 8), undefined);
});

test('lanes leave alone what children have had their tries at', () => {
  const queue = [freshPiece(0, 4), { ...freshPiece(4, 8), local: true }];
  assert.deepEqual(takeForLane(queue, 8)?.piece, freshPiece(0, 4));
  assert.equal(takeForLane(queue.slice(1), 8), undefined);
});

test('nothing is lost or doubled by taking, and never more is taken than asked for', () => {
  fc.assert(
    fc.property(queues, fc.integer({ min: 1, max: 12 }), (queue, most) => {
      for (const take of [takeForHands, takeForLane]) {
        const taken = take(queue, most);
        if (!taken) continue;
        assert.ok(taken.piece.end - taken.piece.start <= most);
        assert.deepEqual(indexes(putBack(taken.queue, taken.piece)), indexes(queue));
      }
    }),
  );
});

test('a piece put back stands in its place by start', () => {
  fc.assert(
    fc.property(queues, fc.nat(), (queue, choice) => {
      if (queue.length === 0) return;
      const at = choice % queue.length;
      const [piece] = queue.slice(at);
      assert.ok(piece);
      assert.deepEqual(putBack(queue.toSpliced(at, 1), piece), queue);
    }),
  );
});

test('halves are even, the first one longer where it must be, and keep what has happened', () => {
  const piece = { ...freshPiece(3, 8), attempt: 2, soloCrashes: 1 };
  assert.deepEqual(halve(piece), [
    { ...piece, end: 6 },
    { ...piece, start: 6 },
  ]);
});
