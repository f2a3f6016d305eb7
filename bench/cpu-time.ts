import { readdirSync, readFileSync } from 'node:fs';

/** Of the fields of /proc/[pid]/stat after the name, from 0 on (proc_pid_stat(5)): the parent, and times in ticks. */
const PARENT = 1;
const TIMES = [11, 12, 13, 14];

/** Linux counts processes' times in hundredths of a second, whatever its own clock (USER_HZ). */
const TICK_MS = 10;

const statOf = (pid: string): readonly string[] | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    // it has ended meanwhile
    return undefined;
  }
};

/**
 * CPU time in ms that this process, those below it and those of them that have ended have used so far: a machine that
 * others use too changes it less than the time that passes. Undefined where there is no /proc.
 */
export const cpuOfTree = (): number | undefined => {
  if (process.platform !== 'linux') return undefined;
  const stats = new Map<string, readonly string[]>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(name) : undefined;
    if (stat) stats.set(name, stat);
  }
  const isBelow = (pid: string): boolean => {
    if (pid === String(process.pid)) return true;
    const parent = stats.get(pid)?.[PARENT];
    return parent !== undefined && isBelow(parent);
  };
  const ticks = [...stats].flatMap(([pid, stat]) =>
    isBelow(pid) ? TIMES.map((at) => Number(stat[at])) : [],
  );
  return ticks.reduce((sum, count) => sum + count, 0) * TICK_MS;
};
