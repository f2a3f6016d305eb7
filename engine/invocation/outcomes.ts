import { FailureToleranceError, fromWireError } from '../../platform/index.ts';
import { type Outcome, storedResult } from '../policy/outcome.ts';
import { judge } from '../policy/tolerance.ts';
import type { DriveInput, Outcomes } from './drive-input.ts';

/** What the book of outcomes tells of. */
interface OutcomesInput extends Pick<DriveInput, 'items' | 'onError' | 'tolerance' | 'before' | 'handsOn'> {
  /** Told of every outcome, once. */
  readonly onOutcome: (index: number, outcome: Outcome<unknown>) => void;
  /** The batch must not go on: the first error under `raise`, or too many. */
  readonly onFailed: (reason: Error) => void;
  /** Enough have succeeded: no more are wanted. */
  readonly onEnough: () => void;
  /** Every item has its outcome. */
  readonly onWhole: () => void;
}

/** Opens the book: every item is pending. */
export const createOutcomes = (input: OutcomesInput): Outcomes => {
  const { onError, tolerance, before = { succeeded: 0, failed: 0 } } = input;
  const all: (Outcome<unknown> | undefined)[] = Array.from({ length: input.items.length });
  let closed = false;
  let succeeded = 0;
  let failed = 0;

  const look = () => {
    if (tolerance) {
      const tally = {
        succeeded: succeeded + before.succeeded,
        failed: failed + before.failed,
        total: all.length + before.succeeded + before.failed,
      };
      const verdict = judge(tally, tolerance);
      if (verdict.kind === 'enough') input.onEnough();
      if (verdict.kind === 'too-many') input.onFailed(new FailureToleranceError(verdict.message));
    }
    if (succeeded + failed === all.length) input.onWhole();
  };

  const put = (index: number, outcome: Outcome<unknown>) => {
    if (closed || all[index]) return;
    all[index] = input.handsOn && 'results' in outcome ? storedResult : outcome;
    if ('error' in outcome) failed += 1;
    else succeeded += 1;
    input.onOutcome(index, outcome);
    if (onError === 'raise' && 'error' in outcome) input.onFailed(fromWireError(outcome.error));
    look();
  };
  // what was done before may be enough already, or too much
  if (before.succeeded + before.failed > 0) look();

  return {
    all,
    put,
    fail: ({ start, end }, error) => {
      for (let index = start; index < end; index++) put(index, { error });
    },
    close: () => {
      closed = true;
    },
  };
};
