import type { WireError } from '../../platform/errors.ts';
import type { Outcome } from '../policy/outcome.ts';

/** What a caller is told of an item that is still pending at the end. */
export const notDone: WireError = Object.freeze({
  name: 'DeadlineExceededError',
  message: 'Not done when the deadline came.',
});

/** Stands for the outcome of an item whose result is in a part; one object for all of them. */
export const stored: Outcome<unknown> = Object.freeze({ results: null });
