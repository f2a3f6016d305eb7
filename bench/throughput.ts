import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runBatch } from '../client/index.ts';
import { treeDefaults } from '../engine/limits.ts';
import { startLocalHost } from '../local/index.ts';
import { VCPU_MEMORY_MB } from '../platform/index.ts';
import { cpuOfTree } from './cpu-time.ts';
import { dataDirectory, dataFiles } from './data.ts';
import { startLimit } from './limit/limit.ts';
import { median } from './statistics.ts';

const classify = fileURLToPath(new URL('../functions/classify/handler.ts', import.meta.url));

/** Passes over all photos; limit and droste take turns, so that a noisy neighbour disturbs both. */
const PASSES = 7;

/** Pictures per vCPU in one call: the default of functions of one vCPU. */
const WORK_PER_VCPU = treeDefaults.maxWorkPerRequest;

/** A warm local host with one vCPU per environment, or with all of them in one environment and its worker threads. */
const startHost = async (model: string, files: readonly string[], environments: number) => {
  const vcpus = availableParallelism() / environments;
  const host = await startLocalHost({
    concurrency: environments,
    functions: [
      {
        name: 'classify',
        module: classify,
        timeoutMs: 300_000,
        memoryMb: Math.round(vcpus * VCPU_MEMORY_MB),
        environment: {
          FUNCTION_ALIAS: 'live',
          ALLOW_FILE: 'true',
          INFERENCE_THREADS: '1',
          MODEL: model,
          MAX_WORK_PER_REQUEST: String(WORK_PER_VCPU * vcpus),
        },
      },
    ],
  });
  /** Pictures per second, and CPU-ms per picture of caller, host and environments. */
  const pass = async () => {
    const before = cpuOfTree() ?? Number.NaN;
    const startMs = performance.now();
    const { stopped } = await runBatch({
      functionName: 'classify',
      items: files.map((file) => pathToFileURL(file).href),
      shape: { slots: environments, maxWork: WORK_PER_VCPU * vcpus },
      connection: host.connection,
    });
    if (stopped) throw stopped;
    const perSecond = (files.length * 1000) / (performance.now() - startMs);
    return { perSecond, cpuMs: ((cpuOfTree() ?? Number.NaN) - before) / files.length };
  };
  await pass();
  return { pass, close: () => host.close() };
};

/**
 * Pictures per second of a warm local host over its Invoke API, as a ratio of the limit measured in the same run:
 * 1 / (1/decode + 1/inference), each stage alone on all cores. Then of one environment with all cores, as a ratio of as
 * many environments as there are cores.
 */
export const throughput = async (model: string, target?: number): Promise<void> => {
  const cores = availableParallelism();
  const files = dataFiles('photos/labelled');
  const modelDirectory = `${dataDirectory}models/${model}`;
  const limit = await startLimit(modelDirectory, files, cores);
  const several = await startHost(modelDirectory, files, cores);
  const single = await startHost(modelDirectory, files, 1);

  try {
    const rows: Record<
      'decode' | 'infer' | 'limit' | 'droste' | 'ratio' | 'one' | 'oneRatio' | 'cpu' | 'oneCpu',
      number
    >[] = [];
    for (let turn = 0; turn < PASSES; turn++) {
      const decode = await limit.run('decode');
      const infer = await limit.run('infer');
      const { perSecond: droste, cpuMs: cpu } = await several.pass();
      const { perSecond: one, cpuMs: oneCpu } = await single.pass();
      const most = 1 / (1 / decode + 1 / infer);
      const ratios = { ratio: droste / most, oneRatio: one / droste };
      rows.push({ decode, infer, limit: most, droste, one, cpu, oneCpu, ...ratios });
    }
    const middle = (key: keyof (typeof rows)[number]) => median(rows.map((row) => row[key]));
    console.log(
      `${model}: droste ${middle('droste').toFixed(0)} pictures/s, limit ${middle('limit').toFixed(0)} ` +
        `(decode ${middle('decode').toFixed(0)}, inference ${middle('infer').toFixed(0)}), ` +
        `ratio ${middle('ratio').toFixed(2)}${target === undefined ? '' : ` (target ${target})`}, ` +
        `${files.length} photos × ${PASSES}, ${cores} cores`,
    );
    console.log(
      `${model}: one environment of ${cores} vCPUs ${middle('one').toFixed(0)} pictures/s, ` +
        `${cores} of one vCPU ${middle('droste').toFixed(0)}, ratio ${middle('oneRatio').toFixed(2)} (target 0.9); ` +
        `${middle('oneCpu').toFixed(1)} and ${middle('cpu').toFixed(1)} CPU-ms a picture`,
    );
  } finally {
    limit.close();
    await several.close();
    await single.close();
  }
};
