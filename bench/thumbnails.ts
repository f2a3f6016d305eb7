import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runBatch } from '../client/index.ts';
import { startLocalHost } from '../local/index.ts';
import { dataFiles } from './data.ts';
import { type PillowJob, pillowVersion, startPillow } from './pillow/pillow.ts';
import { median } from './statistics.ts';

/** One comparison: what droste is asked, and the same for Pillow. */
interface Row {
  readonly name: string;
  /** Pictures made in one pass. */
  readonly count: number;
  readonly files: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly peer: readonly Omit<PillowJobParts, 'target'>[];
  /** Least ratio of droste's speed to Pillow's. */
  readonly target: number;
}

interface PillowJobParts {
  readonly kind: PillowJob[0];
  readonly source: string;
  readonly side: number;
}

/** Turns of each; droste and Pillow alternate, so that a noisy neighbour disturbs both. */
const PASSES = 3;

/** Pictures one invocation takes: a call costs 1 ms, and a picture 2. */
const MAX_WORK = 64;

const repeated = (files: readonly string[], count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => files[index % files.length] ?? '');

const each = (files: readonly string[], kind: PillowJob[0], side: number): readonly PillowJobParts[] =>
  files.map((source) => ({ kind, source, side }));

const rows = (): readonly Row[] => {
  const small = repeated(dataFiles('photos/labelled'), 1_000);
  const large = repeated(dataFiles('photos/large'), 100);
  const xrays = dataFiles('photos/xray');
  const photo = dataFiles('photos/large').find((file) => basename(file) === 'phone-12.2MP.jpg') ?? '';
  const sizes = Array.from({ length: 40 }, (_, index) => 100 + 20 * index);
  return [
    {
      name: '1,000 thumbnails of 75 px, small JPEGs',
      count: small.length,
      files: small,
      options: { size: 75 },
      peer: each(small, 'thumbnail', 75),
      target: 0.6,
    },
    {
      name: '100 thumbnails of 75 px, 8 to 16 MP',
      count: large.length,
      files: large,
      options: { size: 75 },
      peer: each(large, 'thumbnail', 75),
      target: 1,
    },
    {
      name: '40 sizes (100 to 880 px) of one 12 MP photo (one decode)',
      count: sizes.length,
      files: [photo],
      options: { sizes },
      peer: sizes.map((side) => ({ kind: 'thumbnail', source: photo, side })),
      target: 3,
    },
    {
      name: `${xrays.length} X-rays to arrays of 64 × 64 (grey JPEGs)`,
      count: xrays.length,
      files: xrays,
      options: { size: 64, fit: 'fill', format: 'raw', channels: 1, enlarge: true },
      peer: each(xrays, 'array', 64),
      target: 3,
    },
  ];
};

const perSecond = async (count: number, run: () => Promise<void>): Promise<number> => {
  const startMs = performance.now();
  await run();
  return (count * 1_000) / (performance.now() - startMs);
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
          UV_THREADPOOL_SIZE: '2',
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

/**
 * Thumbnails against Pillow in a `multiprocessing.Pool`: both warm, both with a process per core, both reading files
 * and writing files. Prints pictures made per second and the ratio of each row; without Pillow, that it is skipped.
 */
export const thumbnails = async (): Promise<void> => {
  const version = pillowVersion();
  if (version === undefined) {
    console.log('skipped: thumbnails (expected Pillow, apt-get install python3-pil, found none)');
    return;
  }
  const cores = availableParallelism();
  const folder = mkdtempSync(join(tmpdir(), 'droste-bench-'));
  const [droste, pillow] = [await startDroste(join(folder, 'droste'), cores), await startPillow()];
  try {
    for (const row of rows()) {
      const jobs = row.peer.map(
        ({ kind, source, side }, index): PillowJob => [kind, source, side, join(folder, `pillow-${index}`)],
      );
      const ours = () => perSecond(row.count, () => droste.run(row));
      const theirs = () => perSecond(row.count, () => pillow.run(jobs));
      await ours();
      await theirs();
      const passes: { ours: number; theirs: number }[] = [];
      for (let turn = 0; turn < PASSES; turn++) passes.push({ theirs: await theirs(), ours: await ours() });
      console.log(
        `${row.name}: droste ${median(passes.map((pass) => pass.ours)).toFixed(0)} pictures/s, ` +
          `Pillow ${version} ${median(passes.map((pass) => pass.theirs)).toFixed(0)}, ` +
          `ratio ${median(passes.map((pass) => pass.ours / pass.theirs)).toFixed(2)} (target ${row.target}), ` +
          `× ${PASSES}, ${cores} cores`,
      );
    }
  } finally {
    pillow.close();
    await droste.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
