import type { WireError } from '../../platform/errors.ts';
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
  /** Own work is at it in case that lane's child never answers. */
  readonly copyOf?: number;
  /** The last thing that went wrong with it, for the message if it is never answered. */
  readonly error?: WireError;
}

/** Pieces that wait, by start; they never overlap. */
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

/** The queue with a piece put back in its place. */
export const putBack = (queue: Queue, piece: QueuedRange): Queue => {
  const at = queue.findIndex(({ start }) => start > piece.start);
  return at < 0 ? [...queue, piece] : queue.toSpliced(at, 0, piece);
};

/** A piece cut in two even halves, the first one item longer where it must be. */
export const halve = (piece: QueuedRange): readonly [QueuedRange, QueuedRange] => {
  const middle = Math.ceil((piece.start + piece.end) / 2);
  return [
    { ...piece, end: middle },
    { ...piece, start: middle },
  ];
};

/** What own work may take: whatever has crashed nobody. */
export const fitsOwnWork = (piece: QueuedRange): boolean => !piece.quarantined;

/** What a lane may take: whatever children have tries left for. */
export const fitsLane = (piece: QueuedRange): boolean => !piece.local;

/** A piece taken, and the queue without it. */
export interface Taken {
  readonly piece: QueuedRange;
  readonly queue: Queue;
}

/** The first `most` items of the first piece that fits. */
export const takeFromFront = (
  queue: Queue,
  most: number,
  fits: (piece: QueuedRange) => boolean,
): Taken | undefined => {
  const at = queue.findIndex(fits);
  const found = queue[at];
  if (!found) return undefined;
  if (sizeOf(found) <= most) return { piece: found, queue: queue.toSpliced(at, 1) };
  const cut = found.start + most;
  return { piece: { ...found, end: cut }, queue: queue.with(at, { ...found, start: cut }) };
};

/** The last `most` items of the last piece that fits. */
export const takeFromEnd = (
  queue: Queue,
  most: number,
  fits: (piece: QueuedRange) => boolean,
): Taken | undefined => {
  const at = queue.findLastIndex(fits);
  const found = queue[at];
  if (!found) return undefined;
  if (sizeOf(found) <= most) return { piece: found, queue: queue.toSpliced(at, 1) };
  const cut = found.end - most;
  return { piece: { ...found, start: cut }, queue: queue.with(at, { ...found, end: cut }) };
};
