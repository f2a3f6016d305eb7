import type { WireError } from '../../platform/index.ts';
import { rangeOf } from './range.ts';
import type { State, Step } from './state.ts';

/** Single items that must fail, each by itself, before it is the function that is at fault and not they. */
const LEAST_PROBES = 3;

/**
 * Children that may fail while none has answered: twice the lanes in use, with three probes at least where a small batch
 * uses few of them, and never more than 2 × P.
 */
const mostFailures = ({ lanes, rules }: State): number =>
  Math.min(2 * rules.maxLanes, lanes.length + Math.max(LEAST_PROBES, lanes.length));

/**
 * Whether it is open if an item or the function is at fault: children have failed and none has answered. Then items are
 * given out one at a time, each once before any is given out again: a function that can answer anything answers one.
 *
 * A child never asks: that it runs is the proof that the function can.
 */
export const isProbing = ({ rules, answered, failures }: State): boolean =>
  !rules.hasParent && !answered && failures > 0;

/** How many children may be out at once without more failures than it takes to know. */
export const failuresLeft = (state: State): number =>
  isProbing(state) ? mostFailures(state) - state.failures : Number.POSITIVE_INFINITY;

/** Ends the batch, with what went wrong last, once it is clear that the function always fails. */
export const blowFuse = (state: State, error: WireError): Step =>
  failuresLeft(state) > 0
    ? { state, moves: [] }
    : {
        state: { ...state, queue: [], draining: true },
        moves: state.queue.map((range) => ({ kind: 'fail', range: rangeOf(range), error })),
      };
