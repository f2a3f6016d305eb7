import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runBatch } from '../client/batch.ts';
import { startLocalHost } from '../local/index.ts';
import { dataDirectory, dataFiles } from './data.ts';
import { startLimit } from './limit/limit.ts';
import { median } from './statistics.ts';

const classify = fileURLToPath(new URL('../functions/classify/handler.ts', import.meta.url));

/** Passes over all photos; limit and droste take turns, so that a noisy neighbour disturbs both. */
const PASSES = 7;

/**
 * Pictures per second of a warm local host over its Invoke API, as a ratio of the limit measured in the same run:
 * 1 / (1/decode + 1/inference), each stage alone on all cores.
 */
export const throughput = async (model: string, target?: number): Promise<void> => {
  const cores = availableParallelism();
  const files = dataFiles('photos/labelled');
  const modelDirectory = `${dataDirectory}models/${model}`;
  const limit = await startLimit(modelDirectory, files, cores);
  const host = await startLocalHost({
    concurrency: cores,
    functions: [
      {
        name: 'classify',
        module: classify,
        timeoutMs: 300_000,
        environment: {
          FUNCTION_ALIAS: 'live',
          ALLOW_FILE: 'true',
          INFERENCE_THREADS: '1',
          MODEL: modelDirectory,
        },
      },
    ],
  });
  const pass = async () => {
    const startMs = performance.now();
    const { stopped } = await runBatch({
      functionName: 'classify',
      items: files.map((file) => pathToFileURL(file).href),
      shape: { slots: cores },
      connection: host.connection,
    });
    if (stopped) throw stopped;
    return (files.length * 1000) / (performance.now() - startMs);
  };

  try {
    await pass();
    const rows: { decode: number; infer: number; limit: number; droste: number; ratio: number }[] = [];
    for (let turn = 0; turn < PASSES; turn++) {
      const decode = await limit.run('decode');
      const infer = await limit.run('infer');
      const droste = await pass();
      const most = 1 / (1 / decode + 1 / infer);
      rows.push({ decode, infer, limit: most, droste, ratio: droste / most });
    }
    const middle = (key: 'decode' | 'infer' | 'limit' | 'droste' | 'ratio') =>
      median(rows.map((row) => row[key]));
    console.log(
      `${model}: droste ${middle('droste').toFixed(0)} pictures/s, limit ${middle('limit').toFixed(0)} ` +
        `(decode ${middle('decode').toFixed(0)}, inference ${middle('infer').toFixed(0)}), ` +
        `ratio ${middle('ratio').toFixed(2)}${target === undefined ? '' : ` (target ${target})`}, ` +
        `${files.length} photos × ${PASSES}, ${cores} cores`,
    );
  } finally {
    limit.close();
    await host.close();
  }
};
