import { LivelockError } from '../../platform/errors.ts';
import type { QueuedRange } from './queue.ts';
import type { Lane, State } from './state.ts';

const shown = ({ start, end }: QueuedRange): string => `${start} to ${end - 1}`;

const list = (pieces: readonly QueuedRange[]): string =>
  pieces.length > 0 ? pieces.map(shown).join(', ') : 'none';

const shownLane = ({ busy, sinceMs, copied, setbacks, notBeforeMs }: Lane, index: number): string =>
  `lane ${index} ${busy ? `has ${shown(busy)} since ${sinceMs}, ${copied} copied` : `is free from ${notBeforeMs} on, ${setbacks} setbacks`}`;

/** A state in words, for whoever has to find out how it came about; times are of the driver's clock. */
const described = ({ queue, rounds, lanes, openLanes, fanOut, draining, samples }: State): string =>
  [
    `queued ${list(queue)}`,
    `own work ${list(rounds)}`,
    ...lanes.map(shownLane),
    `${openLanes} lanes open`,
    `fan-out ${fanOut ? 'on' : 'off'}`,
    draining ? 'draining' : 'not draining',
    `latest calls took ${samples.length > 0 ? samples.join(', ') : 'unknown'} ms`,
  ].join('; ');

/**
 * What a driver refuses a wake with that is not later than the event it follows from: the same event would follow at
 * the same instant, for ever. Undefined for a wake that is later.
 */
export const livelockOf = (state: State, atMs: number, nowMs: number): LivelockError | undefined =>
  atMs > nowMs
    ? undefined
    : new LivelockError(
        `Expected the policy to wait for an instant later than ${nowMs}, received ${atMs}: ${described(state)}.`,
      );
