import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Whether the system shows processes as files, as Linux does. */
export const canSeeProcesses = existsSync('/proc/self/environ');

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // gone since, or somebody else's
    return '';
  }
};

/** Processes that have this folder for temporary files, whoever started them. */
export const processesWith = (temporaryFolder: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => read(`/proc/${name}/environ`).split('\0').includes(`TMPDIR=${temporaryFolder}`))
    .map(Number);

/** Those of them that are execution environments. */
export const environmentsWith = (temporaryFolder: string): readonly number[] =>
  processesWith(temporaryFolder).filter((pid) => read(`/proc/${pid}/cmdline`).includes('bootstrap.ts'));
