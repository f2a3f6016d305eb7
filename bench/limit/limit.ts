import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The stages alone, on all cores: no function can classify pictures faster on this machine. */
export interface Limit {
  /** Pictures per second of one pass of a stage over all files. */
  run(stage: 'decode' | 'infer'): Promise<number>;
  close(): void;
}

const tell = async (workers: readonly ChildProcess[], message: (index: number) => object | string) => {
  await Promise.all(
    workers.map(async (worker, index) => {
      const done = once(worker, 'message');
      worker.send(message(index));
      await done;
    }),
  );
};

/** Starts one process per core, each with an even share of the files, in memory. */
export const startLimit = async (model: string, files: readonly string[], cores: number): Promise<Limit> => {
  const workers = Array.from({ length: cores }, () =>
    fork(fileURLToPath(new URL('./stage-worker.ts', import.meta.url))),
  );
  await tell(workers, (index) => ({ model, files: files.filter((_, at) => at % cores === index) }));
  return {
    run: async (stage) => {
      const startMs = performance.now();
      await tell(workers, () => stage);
      return (files.length * 1000) / (performance.now() - startMs);
    },
    close: () => {
      for (const worker of workers) worker.kill();
    },
  };
};
