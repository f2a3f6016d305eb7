import { LivelockError } from '../../platform/index.ts';
import type { State } from './state.ts';

/**
 * What a driver refuses a wake with that is not later than the event it follows from: the same event would follow at
 * the same instant, for ever. It shows the state, for whoever has to find out how it came about. Undefined for a wake
 * that is later.
 */
export const livelockOf = (state: State, atMs: number, nowMs: number): LivelockError | undefined =>
  atMs > nowMs
    ? undefined
    : new LivelockError(
        `Expected the policy to wait for an instant later than ${nowMs}, received ${atMs}: ${JSON.stringify(state)}.`,
      );
