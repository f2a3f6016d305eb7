import { nextTurn, toWireError } from '../../platform/index.ts';
import { type Range, sizeOf } from '../policy/range.ts';
import type { DriveInput, Outcomes, Round } from './drive-input.ts';
import { wrongCount } from './worked-outcome.ts';

/** What a round of own work needs of the invocation it belongs to. */
interface OwnRoundInput extends Pick<DriveInput, 'items' | 'work'> {
  readonly range: Range;
  readonly signal: AbortSignal;
  readonly outcomes: Outcomes;
  readonly onReady: () => void;
}

/**
 * Works on one range here. It begins with a turn of the event loop: sockets and timers are served between any two
 * rounds, however busy the work keeps the processor. Never rejects; an error is the outcome of each item that has none.
 */
export const ownRound = async (input: OwnRoundInput): Promise<void> => {
  const { items, range, signal, outcomes } = input;
  const { start } = range;
  const round: Round = {
    start,
    signal,
    report: (index, outcome) => {
      const isOfRound = Number.isInteger(index) && index >= 0 && index < sizeOf(range);
      if (isOfRound) outcomes.put(start + index, outcome);
    },
    ready: input.onReady,
  };
  try {
    await nextTurn();
    signal.throwIfAborted();
    const given = await items.take(range);
    // reading them takes time, in which the whole may have been stopped
    signal.throwIfAborted();
    const answers = await input.work(given, round);
    // one too few or too many, and nobody knows whose the others are
    if (answers.length !== sizeOf(range)) throw wrongCount(sizeOf(range), answers.length);
    answers.forEach((outcome, index) => {
      if (outcome) outcomes.put(start + index, outcome);
    });
  } catch (error) {
    // once the whole is stopped, what has no outcome is pending
    if (!signal.aborted) outcomes.fail(range, toWireError(error));
  }
};
