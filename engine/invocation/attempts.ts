import type { AttemptReceipt } from '../protocol/child-reply.ts';
import type { DriveEvent } from './drive-input.ts';

/** The receipts that an event adds: its own, or those of a child with its indexes moved to where they are here. */
export const attemptsOf = (event: DriveEvent, path: string): readonly AttemptReceipt[] => {
  if (event.kind !== 'child') return [];
  const { answer, range, attempt } = event;
  if (answer.kind === 'failed') return [];
  if (answer.kind === 'answered') {
    return (answer.reply.attempts ?? []).map((receipt) => ({
      ...receipt,
      start: receipt.start + range.start,
      end: receipt.end + range.start,
    }));
  }
  const message = 'error' in answer ? answer.error.message : 'reason' in answer ? answer.reason : undefined;
  return [{ path: answer.path ?? path, ...range, attempt, outcome: answer.kind, message }];
};
