import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PicturePool } from '../picture-job.ts';

/** Starts bare sharp in `processes` processes, each with as many threads as an environment of the local host has. */
export const startSharp = (processes: number, threads: number): PicturePool => {
  const workers = Array.from({ length: processes }, () =>
    fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
      env: { ...process.env, UV_THREADPOOL_SIZE: String(threads) },
    }),
  );
  return {
    run: async (jobs) => {
      await Promise.all(
        workers.map(async (worker, index) => {
          const done = once(worker, 'message');
          worker.send(jobs.filter((_, at) => at % processes === index));
          await done;
        }),
      );
    },
    close: () => {
      for (const worker of workers) worker.kill();
    },
  };
};
