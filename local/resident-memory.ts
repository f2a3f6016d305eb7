import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const KIB = 1024;

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
