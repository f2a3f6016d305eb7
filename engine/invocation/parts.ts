import type { ReplyStream } from '../handler.ts';
import type { Outcome } from '../policy/outcome.ts';
import type { ReplyPart } from '../protocol/child-reply.ts';
import { seal } from '../protocol/envelope.ts';
import { createLines } from './lines.ts';
import type { Reader } from './task.ts';

/** A parent who reads along. */
export interface PartsReader extends Reader {
  /** Tells what has had no part yet: items that are given back, and errors that did not end it all. */
  tellRest(outcomes: readonly (Outcome<unknown> | undefined)[]): void;
  /** Resolves when every part that has its turn is written: the reply itself is the last line. */
  written(): Promise<void>;
}

/**
 * Tells a parent of outcomes ahead of the reply: in order, a line each, with what the parent goes by before it merges any
 * answer.
 *
 * @param teller as what they are told; of its identity what is known when a line is written
 * @param onError under `raise` an error waits: it ends it all, and is told by that end, unless it came too late
 */
export const tellParts = (
  reply: ReplyStream,
  teller: Omit<ReplyPart, 'outcomes'>,
  onError: 'raise' | 'collect',
): PartsReader => {
  const lines = createLines<Outcome<unknown> | null>(reply, (_, outcome) =>
    seal({ ...teller, outcomes: [outcome] }),
  );
  const isHeld = (outcome: Outcome<unknown>) => onError === 'raise' && 'error' in outcome;
  return {
    signal: reply.signal,
    onOutcome: (index, outcome) => {
      if (!isHeld(outcome)) lines.add(index, outcome);
    },
    tellRest: (outcomes) => {
      for (const [index, outcome = null] of outcomes.entries()) {
        if (!outcome || isHeld(outcome)) lines.add(index, outcome);
      }
    },
    written: lines.written,
  };
};
