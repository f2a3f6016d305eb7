import type { WireError } from '../../platform/errors.ts';
import type { Outcome } from '../policy/outcome.ts';

/** What stands for an item that nobody got to. */
export const notDone: WireError = Object.freeze({
  name: 'DeadlineExceededError',
  message: 'Not done when the deadline came.',
});

/** Stands for the outcome of an item whose result is in a part; one object for all of them. */
export const stored: Outcome<unknown> = Object.freeze({ results: null });

/** Whether an item is still to be done: nobody got to it, or whoever did was stopped by the deadline. */
export const isOpen = (outcome: Outcome<unknown> | undefined): boolean =>
  !outcome || ('error' in outcome && outcome.error.name === notDone.name);
