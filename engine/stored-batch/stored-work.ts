import type { DriveInput, DriveResult } from '../invocation/drive-input.ts';
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

/** Where an item of an invocation is in the whole batch. */
const originOf = (items: ItemSource, index: number): number =>
  items.origins({ start: index, end: index + 1 })[0]?.start ?? index;

/**
 * Writes the errors of items that crash whoever works on them, which no own work has met: they are as done as any other,
 * and whoever continues the batch leaves them alone. What fails through no fault of its own stays missing, and so does
 * what cannot be read again for its line.
 */
export const storeNamed = async (
  { named, outcomes }: Pick<DriveResult, 'named' | 'outcomes'>,
  { items, writer, format }: Pick<StoredOwnWorkInput, 'items' | 'writer' | 'format'>,
): Promise<DriveResult['outcomes']> => {
  const stored = [...outcomes];
  for (const index of named) {
    const outcome = outcomes[index];
    const taken = await items.take({ start: index, end: index + 1 }).catch(() => undefined);
    if (!outcome || !taken) continue;
    writer.add(originOf(items, index), format(taken[0], outcome), true);
    stored[index] = storedError;
  }
  return stored;
};

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
        writer.add(originOf(items, round.start + index), format(given[index], outcome), failed);
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
