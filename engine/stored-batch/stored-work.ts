import { createHash } from 'node:crypto';
import type { DriveInput } from '../invocation/drive-input.ts';
import { rangesWhere } from '../policy/cover.ts';
import type { Outcome } from '../policy/outcome.ts';
import { stored } from '../protocol/marks.ts';
import type { OpenStore } from '../protocol/wire.ts';
import { partKey } from './part-key.ts';

type WorkOnRound = NonNullable<DriveInput['work']>;

interface StoredOwnWorkInput {
  readonly work: WorkOnRound;
  readonly openStore: OpenStore;
  readonly batch: string;
  /** Index in the whole batch of this invocation's first item. */
  readonly first: number;
  readonly onError: 'raise' | 'collect';
  /** Told how many items of a part that was written have failed. */
  readonly onFailed: (items: number) => void;
  /** One line of a part. */
  readonly format: (given: unknown, outcome: Outcome<unknown>) => unknown;
}

/** What is pending is not written, so that a later run does it; under `raise` no error is. */
const belongsInPart = (
  outcome: Outcome<unknown> | undefined,
  onError: 'raise' | 'collect',
): outcome is Outcome<unknown> => outcome !== undefined && (!('error' in outcome) || onError === 'collect');

/**
 * Own work of a stored batch: the results of a round are written to the store as a part (NDJSON, one line per item,
 * in order) before the round counts as done, and only that they are is passed on. Nothing is kept in memory, and what
 * is done stays done whatever becomes of this invocation.
 */
export const storedOwnWork = (input: StoredOwnWorkInput): WorkOnRound => {
  const { work, openStore, batch, first, onError, onFailed, format } = input;
  return async (items, round) => {
    // a result that is not in the store yet is no answer: only errors are told ahead
    const report = (index: number, outcome: Outcome<unknown>) => {
      if (onError === 'raise' && 'error' in outcome) round.report(index, outcome);
    };
    const outcomes = await work(items, { ...round, report });
    const kept = outcomes.map((outcome) => belongsInPart(outcome, onError));
    const store = await openStore();
    for (const { start, end } of rangesWhere(outcomes.length, (index) => kept[index] === true)) {
      const lines = outcomes
        .slice(start, end)
        .filter((outcome) => outcome !== undefined)
        .map((outcome, at) => `${JSON.stringify(format(items[start + at], outcome))}\n`);
      const content = Buffer.from(lines.join(''));
      const from = first + round.start;
      const failed = outcomes.slice(start, end).filter((outcome) => outcome && 'error' in outcome).length;
      const key = partKey(batch, {
        start: from + start,
        end: from + end,
        failed,
        digest: createHash('sha256').update(content).digest('hex').slice(0, 16),
      });
      await store.put(key, content);
      onFailed(failed);
    }
    return outcomes.map((outcome, index) => (kept[index] ? stored : outcome));
  };
};
