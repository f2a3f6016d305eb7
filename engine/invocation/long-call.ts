import { DeadlineExceededError, instantText } from '../../platform/index.ts';
import type { Clock } from '../child/ports.ts';
import type { TreeShape } from '../limits.ts';
import { afterOwnOutcome, isHopeless, leastMs, type Pace, paceOf } from '../policy/outlook.ts';
import type { DriveEvent } from './drive-input.ts';

/** How to go on with a batch that is longer than its call; a part of `summary` under `collect`. */
export const longCallHint =
  'A batch that takes longer than a call: POST /jobs, or send it again with options.resume.';

const goOn =
  'A job has no such limit: POST /jobs with the same batch. Or ask with onError "collect", which answers what is done, ' +
  'with a token for the rest (summary.resume).';

/** The batch of a root whose caller does not wait for as long as the function may run. */
interface LongCallInput {
  readonly items: number;
  readonly shape: TreeShape;
  /** Epoch ms. */
  readonly deadline: number;
  readonly clock: Clock;
}

/** Watches a root under `raise`, which answers everything or nothing, behind a gateway. */
export interface LongCall {
  /** Aborted as soon as the batch cannot be done by its deadline. */
  readonly signal: AbortSignal;
  observe(event: DriveEvent): void;
  /** What the caller is told of an error: one that the deadline is to blame for says what was done, and how to go on. */
  explain(error: unknown): unknown;
}

export const watchLongCall = ({ items, shape, deadline, clock }: LongCallInput): LongCall => {
  const startedMs = clock.now();
  const slots = shape.maxLanes === 0 || shape.maxDepth === 0 ? 1 : shape.slots;
  const hopeless = new AbortController();
  const own = new Set<number>();
  let pace: Pace | undefined;
  let done = 0;
  let failed = 0;
  const judge = () => {
    const itemMs = pace && paceOf(pace);
    if (itemMs === undefined || hopeless.signal.aborted) return;
    const outlook = { items, itemMs, slots, startedMs, deadlineMs: deadline };
    if (!isHopeless(outlook)) return;
    const seconds = Math.round(leastMs(outlook) / 1000);
    hopeless.abort(
      new DeadlineExceededError(
        `Expected a batch that can be done by ${instantText(deadline)}, received one that takes at least ` +
          `${seconds} s: ${items} items of ${Math.round(itemMs)} ms on ${slots === 1 ? 'one slot' : `${slots} slots`}.`,
      ),
    );
  };
  return {
    signal: hopeless.signal,
    observe: (event) => {
      if (event.kind === 'round') {
        for (let index = event.range.start; index < event.range.end; index++) own.add(index);
      }
      if (event.kind !== 'item') return;
      if ('error' in event.outcome) failed += 1;
      else done += 1;
      if (!own.delete(event.index)) return;
      pace = afterOwnOutcome(pace, clock.now());
      judge();
    },
    explain: (error) => {
      // under raise the first item that fails is what is raised, and may be a deadline of its own
      if (failed > 0 || !(error instanceof DeadlineExceededError)) return error;
      const message = `${error.message} ${done} of ${items} items were done. ${goOn}`;
      return new DeadlineExceededError(message, { cause: error, progress: { items, done } });
    },
  };
};
