import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runBatch } from '../client/index.ts';
import { startLocalHost } from '../local/index.ts';
import { dataDirectory, dataFiles } from './data.ts';
import { median } from './statistics.ts';
import { findTransformers, startTransformers } from './transformers/start.ts';

/** Turns of each; droste and transformers.js alternate, so that a noisy neighbour disturbs both. */
const PASSES = 3;

/** transformers.js is judged by the fastest of these. */
const BATCHES = [1, 4, 8, 16] as const;

/** Least ratio of droste's speed to that of transformers.js. */
const TARGET = 2.8;

/** A warm local host with the classifier in it, an environment of one thread per core. */
const startDroste = async (model: string, files: readonly string[], cores: number) => {
  const host = await startLocalHost({
    concurrency: cores,
    functions: [
      {
        name: 'classify',
        module: fileURLToPath(new URL('../functions/classify/handler.ts', import.meta.url)),
        timeoutMs: 300_000,
        environment: { FUNCTION_ALIAS: 'live', ALLOW_FILE: 'true', INFERENCE_THREADS: '1', MODEL: model },
      },
    ],
  });
  const run = async (): Promise<number> => {
    const startMs = performance.now();
    const { stopped } = await runBatch({
      functionName: 'classify',
      items: files.map((file) => pathToFileURL(file).href),
      shape: { slots: cores },
      connection: host.connection,
    });
    if (stopped) throw stopped;
    return (files.length * 1_000) / (performance.now() - startMs);
  };
  return { run, close: host.close };
};

/**
 * Pictures per second of a warm local host against the `image-classification` pipeline of transformers.js: same model,
 * same photos, both from files to labels. transformers.js runs as it comes, in one process with ONNX Runtime on all
 * cores, at its best batch size. It is looked for in the folder that TRANSFORMERS_DIRECTORY names, else beside the
 * project's own dependencies; where it is not installed, that the row is skipped is printed.
 */
export const transformers = async (): Promise<void> => {
  const entry = findTransformers(process.env.TRANSFORMERS_DIRECTORY);
  if (entry === undefined) {
    console.log(
      'skipped: transformers (expected @huggingface/transformers in the folder TRANSFORMERS_DIRECTORY, found none; ' +
        'in an empty folder: npm init -y && npm install @huggingface/transformers@4.3.1)',
    );
    return;
  }
  const cores = availableParallelism();
  const files = dataFiles('photos/labelled');
  const model = `${dataDirectory}models/mobilenetv2-int8`;
  const peer = await startTransformers(entry, model, files);
  try {
    const droste = await startDroste(model, files, cores);
    try {
      await droste.run();
      await peer.run(Math.max(...BATCHES));
      const passes: { readonly ours: number; readonly theirs: ReadonlyMap<number, number> }[] = [];
      for (let turn = 0; turn < PASSES; turn++) {
        const theirs = new Map<number, number>();
        for (const batch of BATCHES) theirs.set(batch, await peer.run(batch));
        passes.push({ theirs, ours: await droste.run() });
      }
      const speed = (batch: number) => median(passes.map(({ theirs }) => theirs.get(batch) ?? Number.NaN));
      const best = BATCHES.reduce((a, b) => (speed(b) > speed(a) ? b : a));
      const ratio = median(passes.map(({ ours, theirs }) => ours / (theirs.get(best) ?? Number.NaN)));
      console.log(
        `mobilenetv2-int8: droste ${median(passes.map(({ ours }) => ours)).toFixed(0)} pictures/s, ` +
          `transformers.js ${peer.version} ${speed(best).toFixed(0)} in batches of ${best} ` +
          `(${BATCHES.map((batch) => `${batch}: ${speed(batch).toFixed(0)}`).join(', ')}), ` +
          `ratio ${ratio.toFixed(2)} (target ${TARGET}), ${files.length} photos × ${PASSES}, ${cores} cores`,
      );
    } finally {
      await droste.close();
    }
  } finally {
    peer.close();
  }
};
