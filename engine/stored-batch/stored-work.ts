import type { DriveInput } from '../invocation/drive-input.ts';
import { type Outcome, storedError, storedResult } from '../policy/outcome.ts';
import type { ItemSource } from './item-source.ts';
import type { PartWriter } from './part-writer.ts';

type WorkOnRound = NonNullable<DriveInput['work']>;

interface StoredOwnWorkInput {
  readonly work: WorkOnRound;
  readonly items: ItemSource;
  readonly writer: PartWriter;
  readonly onError: 'raise' | 'collect';
  /** One line of a part. */
  readonly format: (given: unknown, outcome: Outcome<unknown>) => string;
}

/**
 * Own work of a stored batch: every result goes to the writer of parts, and only that it has is remembered, so that
 * memory stays flat. What is pending is not written, so that a later run does it; under `raise` no error is.
 */
export const storedOwnWork =
  ({ work, items, writer, onError, format }: StoredOwnWorkInput): WorkOnRound =>
  async (given, round) => {
    const told: (Outcome<unknown> | undefined)[] = [];
    const tell = (index: number, outcome: Outcome<unknown> | undefined): Outcome<unknown> | undefined => {
      const failed = outcome !== undefined && 'error' in outcome;
      if (!outcome || (failed && onError === 'raise')) return outcome;
      if (!told[index]) {
        const at = round.start + index;
        const [origin] = items.origins({ start: at, end: at + 1 });
        writer.add(origin?.start ?? at, format(given[index], outcome), failed);
        told[index] = failed ? storedError : storedResult;
      }
      return told[index];
    };
    const outcomes = await work(given, {
      ...round,
      report: (index, outcome) => {
        // an index that is none of the round's would be somebody else's item
        const known = Number.isInteger(index) && index in given ? tell(index, outcome) : undefined;
        if (known) round.report(index, known);
      },
    });
    const known = outcomes.map((outcome, index) => tell(index, outcome));
    await writer.room();
    return known;
  };
