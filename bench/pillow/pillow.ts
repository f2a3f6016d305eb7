import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PicturePool } from '../picture-job.ts';

/** Debian's interpreter, for which its package python3-pil is. */
const PYTHON = '/usr/bin/python3';

/** The version of Pillow that is installed; undefined where there is none. */
export const pillowVersion = (): string | undefined => {
  const { status, stdout } = spawnSync(PYTHON, ['-c', 'import PIL; print(PIL.__version__)'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
};

/** Starts the pool; it is warm when it is returned. */
export const startPillow = async (): Promise<PicturePool> => {
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
