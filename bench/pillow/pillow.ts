import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Debian's interpreter, for which its package python3-pil is. */
const PYTHON = '/usr/bin/python3';

/** One picture to be made: how, of which file, how large, and where it goes. */
export type PillowJob = readonly [kind: 'thumbnail' | 'array', source: string, side: number, target: string];

/** A pool of processes with Pillow in them, one per core. */
export interface Pillow {
  /** Runs jobs; resolves when the last is written. */
  run(jobs: readonly PillowJob[]): Promise<void>;
  close(): void;
}

/** The version of Pillow that is installed; undefined where there is none. */
export const pillowVersion = (): string | undefined => {
  const { status, stdout } = spawnSync(PYTHON, ['-c', 'import PIL; print(PIL.__version__)'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
};

/** Starts the pool; it is warm when it is returned. */
export const startPillow = async (): Promise<Pillow> => {
  const worker = fileURLToPath(new URL('./worker.py', import.meta.url));
  const child = spawn(PYTHON, [worker], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<void> => {
    const { done } = await lines.next();
    if (done) throw new Error(`${worker}: expected a line on its standard output, received its end`);
  };
  await next();
  return {
    run: async (jobs) => {
      child.stdin.write(`${JSON.stringify(jobs)}\n`);
      await next();
    },
    close: () => child.stdin.end(),
  };
};
