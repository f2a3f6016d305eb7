import type { ReplyStream } from '../handler.ts';
import type { Outcome } from '../policy/outcome.ts';
import type { ReplyPart } from '../protocol/child-reply.ts';
import { seal } from '../protocol/envelope.ts';
import { createLines } from './lines.ts';
import type { Reader } from './task.ts';

/** A parent who reads along. */
export interface PartsReader extends Reader {
  /** Nothing comes of the item at an index: it is given back. */
  leaveOut(index: number): void;
  /** Resolves when every part that has its turn is written: the reply itself is the last line. */
  written(): Promise<void>;
}

/**
 * Tells a parent of outcomes ahead of the reply: in order, a line each, with what the parent goes by before it merges any
 * answer.
 *
 * @param teller as what they are told; of its identity what is known when a line is written
 * @param onError under `raise` an error is told by the end of it all, and by no part
 */
export const tellParts = (
  reply: ReplyStream,
  teller: Omit<ReplyPart, 'outcomes'>,
  onError: 'raise' | 'collect',
): PartsReader => {
  const lines = createLines<Outcome<unknown> | null>(reply, (_, outcome) =>
    seal({ ...teller, outcomes: [outcome] }),
  );
  return {
    signal: reply.signal,
    onOutcome: (index, outcome) => {
      if (onError === 'collect' || 'results' in outcome) lines.add(index, outcome);
    },
    leaveOut: (index) => lines.add(index, null),
    written: lines.written,
  };
};
