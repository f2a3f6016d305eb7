import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const KIB = 1024;
const MIB = 1024 * KIB;

/** `VmHWM` is the most the process ever had, so a peak between two looks counts; `VmRSS` is what it has now. */
const PEAK = /^VmHWM:\s+(?<kib>\d+) kB$/m;

const fromProc = (pid: number): number => {
  const kib = PEAK.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.groups?.kib;
  return Number(kib ?? 0) * KIB;
};

const fromPs = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'latin1', stdio: 'pipe' })) * KIB;

/**
 * Resident memory of a process in bytes: its peak on Linux (20 µs), its present size where there is no `/proc`.
 * 0 for a process that is no more.
 */
export const residentBytes = (pid: number, platform: NodeJS.Platform = process.platform): number => {
  try {
    return platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return 0;
  }
};

/** Looks this often at each busy process: 20 µs per look on Linux, 0.02 % of a core; a `ps` per look elsewhere. */
const INTERVAL_MS = process.platform === 'linux' ? 100 : 1000;

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
