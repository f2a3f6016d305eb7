import { residentBytes } from './resident-memory.ts';

/** Looks this often at each busy process: 20 µs per look on Linux, 0.02 % of a core; a `ps` per look elsewhere. */
const INTERVAL_MS = process.platform === 'linux' ? 100 : 1000;

const MIB = 1024 * 1024;

/** The memory of one process while it is watched. */
export interface MemoryWatch {
  /** Stops watching, after a last look; returns the most MB seen. */
  finish(): number;
}

/**
 * Watches a process's resident memory; calls `onExceeded`, once, when it is above the limit.
 *
 * @param pid undefined for a process that could not be started: nothing is watched.
 */
export const watchMemory = (
  pid: number | undefined,
  limitMb: number,
  onExceeded: () => void,
): MemoryWatch => {
  let peakBytes = 0;
  let exceeded = false;
  const look = (): void => {
    if (pid !== undefined) peakBytes = Math.max(peakBytes, residentBytes(pid));
    if (exceeded || peakBytes <= limitMb * MIB) return;
    exceeded = true;
    onExceeded();
  };
  const timer = setInterval(look, INTERVAL_MS).unref();
  return {
    finish: () => {
      clearInterval(timer);
      // a `ps` for every short invocation would cost more than the invocation
      if (process.platform === 'linux') look();
      return Math.ceil(peakBytes / MIB);
    },
  };
};
