import { fromWireError } from '../../platform/index.ts';
import { rangesWhere } from '../policy/cover.ts';
import { notWantedError, type Outcome, pendingError } from '../policy/outcome.ts';
import { indexesOf, type Range, sizeOfAll } from '../policy/range.ts';
import { onErrorOf } from '../protocol/options.ts';
import type { Told } from '../protocol/reply.ts';
import type { Request } from '../protocol/request.ts';
import { readResumeToken, writeResumeToken } from '../protocol/resume.ts';
import { type ItemSource, inlineItems } from '../stored-batch/item-source.ts';
import type { Done } from './drive-input.ts';
import type { TaskResult } from './task.ts';

/** The items that came with a request, and which of them are to be done. */
export interface RootBatch {
  /** As the caller wrote them: whoever works on an item reads it. */
  readonly given: readonly unknown[];
  /** What is to be answered: everything, or what is left by the resume token. */
  readonly wanted: readonly Range[];
  /** Whether an item is wanted, and is one. */
  isTodo(index: number): boolean;
  /** What is to be done, numbered without holes, and where in the request each of it is. */
  readonly items: ItemSource;
  readonly indexes: readonly number[];
  /** What has its outcome already: items that are none. */
  readonly before: Done;
}

/** @throws InvalidRequestError for a token of another batch; under `raise` the error of the first wanted item that is none. */
export const readRootBatch = ({ items, options }: Request): RootBatch => {
  const given = items.map((read) => read.given);
  const wanted: readonly Range[] =
    options.resume === undefined ? [{ start: 0, end: given.length }] : readResumeToken(options.resume, given);
  // a token may have a range for every other item: marked once, not looked for item by item
  const marks = new Uint8Array(given.length);
  for (const { start, end } of wanted) marks.fill(1, start, end);
  const isWanted = (index: number) => marks[index] === 1;

  const invalid = items.find((read, index) => 'invalid' in read && isWanted(index));
  if (invalid && 'invalid' in invalid && onErrorOf(options) === 'raise') throw fromWireError(invalid.invalid);

  const isTodo = (index: number) => isWanted(index) && !('invalid' in (items[index] ?? {}));
  const todo = rangesWhere(given.length, isTodo);
  // what is done has holes; what is to be done is numbered without
  const indexes = indexesOf(todo);
  return {
    given,
    wanted,
    isTodo,
    items: inlineItems(given).select(todo),
    indexes,
    before: { succeeded: 0, failed: sizeOfAll(wanted) - indexes.length },
  };
};

/** What an item without an outcome is told. */
export const pendingOutcome = ({ enough }: TaskResult): Outcome<unknown> => ({
  error: enough ? notWantedError : pendingError,
});

/**
 * What the summary says of a batch beside its counts.
 *
 * @param isLeft whether an item, by its index in the request, is to be sent again with the token
 */
export const toldOf = (
  { given, indexes }: RootBatch,
  { options }: Request,
  rootRequestId: string,
  { stats, version, identity, attempts, receipts, enough }: TaskResult,
  isLeft: (index: number) => boolean,
): Told => ({
  stats,
  version,
  rootRequestId,
  identity,
  resume: writeResumeToken(given, rangesWhere(given.length, isLeft)),
  ...(enough && { completionReason: 'MIN_SUCCESSFUL_REACHED' as const }),
  ...(options.receipts && {
    attempts: attempts.map((receipt) => ({
      ...receipt,
      start: indexes[receipt.start] ?? 0,
      end: (indexes[receipt.end - 1] ?? 0) + 1,
    })),
    receipts,
  }),
});
