import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runBatch } from '../client/index.ts';
import { startLocalHost } from '../local/index.ts';
import { cpuOfTree } from './cpu-time.ts';
import type { PictureJob } from './picture-job.ts';
import { pillowVersion, startPillow } from './pillow/pillow.ts';
import { startSharp } from './sharp/pool.ts';
import { median } from './statistics.ts';
import { type Row, rows } from './thumbnail-rows.ts';

/** Turns of each; they alternate, so that a noisy neighbour disturbs all. */
const PASSES = 5;

/** Threads of libuv in each process. */
const THREADS = 2;

/** Pictures one invocation takes: a call costs 1 ms, and a picture 2. */
const MAX_WORK = 64;

/** What a pass took: pictures per second, and CPU-ms per picture of all processes, NaN where that is not known. */
interface Pass {
  readonly perSecond: number;
  readonly cpuMs: number;
}

const measured = async (count: number, run: () => Promise<void>): Promise<Pass> => {
  const before = cpuOfTree();
  const startMs = performance.now();
  await run();
  const tookMs = performance.now() - startMs;
  return {
    perSecond: (count * 1_000) / tookMs,
    cpuMs: ((cpuOfTree() ?? Number.NaN) - (before ?? Number.NaN)) / count,
  };
};

/** A warm local host with the function in it, an environment per core, writing to a folder. */
const startDroste = async (folder: string, cores: number) => {
  const host = await startLocalHost({
    concurrency: cores,
    functions: [
      {
        name: 'thumbnail',
        module: fileURLToPath(new URL('../functions/thumbnail/handler.ts', import.meta.url)),
        timeoutMs: 300_000,
        environment: {
          FUNCTION_ALIAS: 'live',
          ALLOW_FILE: 'true',
          OUTPUT: pathToFileURL(folder).href,
          MAX_WORK_PER_REQUEST: String(MAX_WORK),
          UV_THREADPOOL_SIZE: String(THREADS),
        },
      },
    ],
  });
  const run = async ({ files, options }: Row): Promise<void> => {
    const { stopped } = await runBatch({
      functionName: 'thumbnail',
      items: files.map((file) => pathToFileURL(file).href),
      options,
      // even shares: a last chunk that is large leaves the other core idle
      shape: {
        slots: cores,
        maxWork: Math.max(1, Math.min(MAX_WORK, Math.ceil(files.length / (cores * 4)))),
      },
      connection: host.connection,
    });
    if (stopped) throw stopped;
  };
  return { run, close: host.close };
};

const middle = (passes: readonly Pass[], key: keyof Pass): number => median(passes.map((pass) => pass[key]));

const ratioText = (name: string, ours: readonly Pass[], theirs: readonly Pass[], target: number): string => {
  const speeds = ours.map(({ perSecond }, turn) => perSecond / (theirs[turn]?.perSecond ?? Number.NaN));
  const costs = ours.map(({ cpuMs }, turn) => (theirs[turn]?.cpuMs ?? Number.NaN) / cpuMs);
  return (
    `${name} ${middle(theirs, 'perSecond').toFixed(0)} (${middle(theirs, 'cpuMs').toFixed(2)}), ` +
    `ratio ${median(speeds).toFixed(2)}, by CPU ${median(costs).toFixed(2)} (target ${target})`
  );
};

/**
 * Thumbnails against bare sharp in `p-map`, and against Pillow in a `multiprocessing.Pool`: all warm, all with a process
 * per core, all reading files and writing files. Prints pictures per second, CPU-ms per picture of all processes (of
 * droste, caller and host among them) and the ratios of each row; without Pillow, that it is skipped.
 */
export const thumbnails = async (): Promise<void> => {
  const version = pillowVersion();
  if (version === undefined) {
    console.log('skipped: Pillow beside thumbnails (expected it, apt-get install python3-pil, found none)');
  }
  const cores = availableParallelism();
  const folder = mkdtempSync(join(tmpdir(), 'droste-bench-'));
  const droste = await startDroste(join(folder, 'droste'), cores);
  const sharp = startSharp(cores, THREADS);
  const pillow = version === undefined ? undefined : await startPillow();
  try {
    for (const row of rows()) {
      const { count, targets } = row;
      const jobs = row.peer.map(
        ({ kind, source, side }, index): PictureJob => [kind, source, side, join(folder, `peer-${index}`)],
      );
      const peers = [
        ...(targets.sharp === undefined ? [] : [{ name: 'bare sharp', pool: sharp, target: targets.sharp }]),
        ...(pillow ? [{ name: `Pillow ${version}`, pool: pillow, target: targets.pillow }] : []),
      ].map((peer) => ({ ...peer, passes: [] as Pass[] }));
      const ours: Pass[] = [];
      for (let turn = 0; turn <= PASSES; turn++) {
        const pass = await measured(count, () => droste.run(row));
        // the first turn warms
        if (turn > 0) ours.push(pass);
        for (const { pool, passes } of peers) {
          const theirs = await measured(count, () => pool.run(jobs));
          if (turn > 0) passes.push(theirs);
        }
      }
      console.log(
        `${row.name}: droste ${middle(ours, 'perSecond').toFixed(0)} pictures/s ` +
          `(${middle(ours, 'cpuMs').toFixed(2)} CPU-ms each), ` +
          `${peers.map(({ name, passes, target }) => ratioText(name, ours, passes, target)).join('; ')}, ` +
          `× ${PASSES}, ${cores} cores`,
      );
    }
  } finally {
    pillow?.close();
    sharp.close();
    await droste.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
