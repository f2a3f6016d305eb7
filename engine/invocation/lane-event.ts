import type { ChildAnswer } from '../child/child.ts';
import type { Clock } from '../child/ports.ts';
import { freshRange, type QueuedRange } from '../policy/queue.ts';
import type { Range } from '../policy/range.ts';
import type { PolicyEvent } from '../policy/state.ts';
import type { EnvelopeReply } from '../protocol/envelope.ts';

/** Pieces a child gave back, in this batch's indexes. */
const undoneOf = (reply: EnvelopeReply, { start }: Range): readonly QueuedRange[] =>
  reply.undone.map((undone) => ({
    ...freshRange(start + undone.start, start + undone.end),
    quarantined: undone.why === 'suspect',
    soloCrashes: undone.soloCrashes,
  }));

/** What a child's answer is to the policy. */
export const laneEvent = (child: ChildAnswer, lane: number, range: Range, clock: Clock): PolicyEvent => {
  const nowMs = clock.now();
  const random = clock.random();
  switch (child.kind) {
    case 'answered':
      return { kind: 'answered', lane, nowMs, undone: undoneOf(child.reply, range) };
    case 'throttled':
      return { kind: 'throttled', lane, nowMs, random };
    case 'aborted':
      return { kind: 'lane-settled', lane, nowMs };
    default:
      return { kind: child.kind, lane, nowMs, random, error: child.error };
  }
};
