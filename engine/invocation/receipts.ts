import type { Place } from '../child/place.ts';
import type { ChildAnswer } from '../child/ports.ts';
import type { Start } from '../handler.ts';
import { sizeOf } from '../policy/range.ts';
import type { AttemptReceipt } from '../protocol/child-reply.ts';
import { type InvocationReceipt, shiftInto, type TimeSpan } from '../protocol/invocation-receipt.ts';
import type { DriveEvent } from './drive-input.ts';

/** What an invocation that answers tells of itself. */
export const ownReceipt = (
  task: { readonly place: Pick<Place, 'path'>; readonly attempt: number; readonly items: { length: number } },
  { environment, cold }: Start,
  span: TimeSpan,
  ownWork: readonly TimeSpan[],
): InvocationReceipt => ({
  ...{ path: task.place.path, attempt: task.attempt, environment, cold, span, ownWork },
  ...{ items: task.items.length, outcome: 'answered' },
});

const messageOf = (answer: ChildAnswer): string | undefined =>
  'error' in answer ? answer.error.message : 'reason' in answer ? answer.reason : undefined;

/** The attempts that an event adds: its own, or those of a child with its indexes moved to where they are here. */
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
  const { told = 0, kind: outcome } = answer;
  const { start, end } = range;
  const place = { path: answer.path ?? path, start: start + told, end };
  return [{ ...place, attempt, outcome, message: messageOf(answer) }];
};

const moved = ([start, end]: TimeSpan, ms: number): TimeSpan => [start + ms, end + ms];

/** The receipts that an event adds: those of a child's subtree on this clock, or that of a call that was not answered. */
export const receiptsOf = (event: DriveEvent, path: string): readonly InvocationReceipt[] => {
  if (event.kind !== 'child') return [];
  const { answer, range, attempt, span } = event;
  if (answer.kind !== 'answered') {
    const message = messageOf(answer);
    return [
      {
        ...{ path: answer.path ?? path, attempt, environment: '', cold: false, span, ownWork: [] },
        ...{ items: sizeOf(range), outcome: answer.kind, ...(message !== undefined && { message }) },
      },
    ];
  }
  const { path: childPath, receipts = [] } = answer.reply;
  const child = receipts.find((receipt) => receipt.path === childPath);
  const ms = child ? shiftInto(span, child.span) : 0;
  if (ms === 0) return receipts;
  return receipts.map((receipt) => ({
    ...receipt,
    span: moved(receipt.span, ms),
    ownWork: receipt.ownWork.map((work) => moved(work, ms)),
  }));
};
