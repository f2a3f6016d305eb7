import type { WireError } from '../../platform/index.ts';
import type { Range } from './range.ts';
import { sizeOf } from './range.ts';

/** A range on its way through the queue, with what has happened to it. */
export interface QueuedRange extends Range {
  /** How often it was given to a child that took it and did not answer it. */
  readonly attempt: number;
  /** A child crashed on it: own work never touches it, for it would take the parent along. */
  readonly quarantined: boolean;
  /** How often it crashed a child as a single item. */
  readonly soloCrashes: number;
  /** Children have had their tries: own work only. */
  readonly local: boolean;
  /** The last thing that went wrong with it, for the message if it is never answered. */
  readonly error?: WireError;
}

/** Ranges that wait, by start; they never overlap. */
export type Queue = readonly QueuedRange[];

/** A range nothing has happened to. */
export const freshRange = (start: number, end: number): QueuedRange => ({
  start,
  end,
  attempt: 0,
  quarantined: false,
  soloCrashes: 0,
  local: false,
});

/** The queue with a range put back in its place. */
export const putBack = (queue: Queue, range: QueuedRange): Queue => {
  const at = queue.findIndex(({ start }) => start > range.start);
  return at < 0 ? [...queue, range] : queue.toSpliced(at, 0, range);
};

/** A range cut in two even halves, the first one item longer where it must be; a single item is left whole. */
export const halve = (range: QueuedRange): readonly QueuedRange[] => {
  if (sizeOf(range) === 1) return [range];
  const middle = Math.ceil((range.start + range.end) / 2);
  return [
    { ...range, end: middle },
    { ...range, start: middle },
  ];
};

/** What own work may take: whatever has crashed nobody. */
export const fitsOwnWork = (range: QueuedRange): boolean => !range.quarantined;

/** What a lane may take: whatever children have tries left for. */
export const fitsLane = (range: QueuedRange): boolean => !range.local;

/** A range taken, and the queue without it. */
export interface Taken {
  readonly range: QueuedRange;
  readonly queue: Queue;
}

/** Up to `most(range)` items of the first range that fits, or of the last one, from that side of it. */
export const take = (
  queue: Queue,
  side: 'front' | 'end',
  fits: (range: QueuedRange) => boolean,
  most: (range: QueuedRange) => number,
): Taken | undefined => {
  const at = side === 'front' ? queue.findIndex(fits) : queue.findLastIndex(fits);
  const found = queue[at];
  if (!found) return undefined;
  const size = Math.min(sizeOf(found), most(found));
  if (size === sizeOf(found)) return { range: found, queue: queue.toSpliced(at, 1) };
  const cut = side === 'front' ? found.start + size : found.end - size;
  const [first, second] = [
    { ...found, end: cut },
    { ...found, start: cut },
  ];
  return side === 'front'
    ? { range: first, queue: queue.with(at, second) }
    : { range: second, queue: queue.with(at, first) };
};
