import { fromWireError } from '../../platform/index.ts';
import type { ChildAnswer, ChildRequest } from '../child/ports.ts';
import { freshRange, type QueuedRange } from '../policy/queue.ts';
import type { Range } from '../policy/range.ts';
import type { Move, PolicyEvent } from '../policy/state.ts';
import type { EnvelopeReply } from '../protocol/child-reply.ts';
import type { DriveEvent, DriveInput, Outcomes } from './drive-input.ts';
import type { Stopping } from './stopping.ts';

/** An event without what the driver's clock says. */
type Untimed<Event> = Event extends unknown ? Omit<Event, 'nowMs' | 'random'> : never;

/** What happened, before it is said when. */
export type Happening = Untimed<PolicyEvent>;

/** Ranges a child gave back, in this batch's indexes. */
const undoneOf = (reply: EnvelopeReply, { start }: Range): readonly QueuedRange[] =>
  reply.undone.map((undone) => ({
    ...freshRange(start + undone.start, start + undone.end),
    quarantined: undone.why === 'suspect',
    soloCrashes: undone.soloCrashes,
  }));

/** What a child's answer is to the policy. */
const happening = (child: ChildAnswer, lane: number, range: Range): Happening => {
  switch (child.kind) {
    case 'answered':
      return { kind: 'answered', lane, undone: undoneOf(child.reply, range) };
    case 'throttled':
      return { kind: 'throttled', lane };
    case 'aborted':
      return { kind: 'lane-settled', lane };
    case 'broken':
      return { kind: 'failed', lane, error: child.error, told: child.told ?? 0 };
    default:
      return { kind: child.kind, lane, error: child.error, told: child.told ?? 0 };
  }
};

/** What a call needs of the invocation it belongs to. */
interface CallLaneInput extends Pick<DriveInput, 'items' | 'callChild' | 'onError' | 'clock'> {
  readonly move: Extract<Move, { kind: 'invoke' }>;
  readonly outcomes: Outcomes;
  readonly stopping: Stopping;
  readonly tell: (event: DriveEvent) => void;
  /** Told when the request has left. */
  readonly sent: () => void;
}

/** Calls a child and puts its outcomes in their places. Never rejects: what cannot be called at all stops the whole. */
export const callLane = async (input: CallLaneInput): Promise<Happening> => {
  const { items, move, outcomes, stopping, tell, sent, clock } = input;
  const { lane, range, slots, attempt, pinned } = move;
  if (stopping.signal.aborted) return { kind: 'lane-settled', lane };
  try {
    const given = items.give(range);
    const calledMs = clock.now();
    const { calls: signal } = stopping;
    const onTold: ChildRequest['onTold'] = (at, outcome, version) => {
      if (signal.aborted) return;
      tell({ kind: 'told', version });
      outcomes.put(range.start + at, outcome);
    };
    const child = await input.callChild({ range, slots, attempt, pinned, given, signal, sent, onTold });
    tell({ kind: 'child', answer: child, range, attempt, span: [calledMs, clock.now()] });
    if (child.kind === 'answered') {
      child.reply.outcomes.forEach((outcome, index) => {
        if (outcome) outcomes.put(range.start + index, outcome);
      });
    }
    // an error that stopped the tree is this child's own; the lane has nothing to put back
    if (child.kind === 'failed' && input.onError === 'raise') stopping.stop(fromWireError(child.error));
    return happening(child, lane, range);
  } catch (error) {
    stopping.stop(error);
    return { kind: 'lane-settled', lane };
  }
};
