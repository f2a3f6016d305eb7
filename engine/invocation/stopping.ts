import { DeadlineExceededError, instantText } from '../../platform/index.ts';
import type { DriveResult } from './drive-input.ts';

/** Whether, and why, an invocation stops before every item has its outcome. The first reason counts. */
export interface Stopping {
  /** Aborted by any stop: nothing new starts, and own work ends. */
  readonly signal: AbortSignal;
  /** The same for calls, but that the deadline leaves them: their answers are on their way. */
  readonly calls: AbortSignal;
  /** An error, the caller's abort, the observer. */
  stop(reason: unknown): void;
  atDeadline(deadline: number): void;
  withEnough(): void;
  /** Waits for no answer any more; no stop. */
  hangUp(): void;
  /** Aborts what still runs of something that is over; no stop. */
  end(): void;
  result(): Pick<DriveResult, 'stopped' | 'late' | 'enough'>;
}

/** Makes the stop of one invocation; `onStop` is told once. */
export const createStopping = (onStop: () => void): Stopping => {
  const controller = new AbortController();
  const { signal } = controller;
  const calls = new AbortController();
  let how: ReturnType<Stopping['result']> = { stopped: undefined, late: false, enough: false };
  const stop = (reason: Error, change: Partial<typeof how>) => {
    if (signal.aborted) return;
    how = { ...how, ...change };
    controller.abort(reason);
    if (!how.late) calls.abort(reason);
    onStop();
  };
  return {
    signal,
    calls: calls.signal,
    stop: (reason) => {
      const stopped = reason instanceof Error ? reason : new Error(String(reason));
      stop(stopped, { stopped });
    },
    atDeadline: (deadline) => {
      const when = instantText(deadline);
      const stopped = new DeadlineExceededError(`Expected to be done by ${when}.`);
      stop(stopped, { stopped, late: true });
    },
    withEnough: () => stop(new Error('Enough items have succeeded.'), { enough: true }),
    hangUp: () => calls.abort(how.stopped),
    end: () => {
      controller.abort();
      calls.abort();
    },
    result: () => how,
  };
};
