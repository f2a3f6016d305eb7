import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleFunction } from '../infra/index.ts';
import { startLocalHost } from '../local/index.ts';
import { dataDirectory } from './data.ts';
import { median } from './statistics.ts';

const picture = pathToFileURL(fileURLToPath(new URL('../examples/pictures/lemon.jpg', import.meta.url))).href;

/** Cold starts of each kind. */
const STARTS = 7;

/** From the call to the answer, of a picture, by a process that is started for it; and of it what the function itself took. */
const once = async (module: string, model: string): Promise<{ total: number; init: number }> => {
  let init = Number.NaN;
  const host = await startLocalHost({
    concurrency: 1,
    functions: [
      { name: 'classify', module, environment: { ALLOW_FILE: 'true', INFERENCE_THREADS: '1', MODEL: model } },
    ],
    observe: (event) => {
      if (event.kind === 'invocation ended') init = event.initMs ?? Number.NaN;
    },
  });
  try {
    const startMs = performance.now();
    const reply = await host.invoke('classify', JSON.stringify(picture), { qualifier: 'live' });
    if (reply.kind !== 'executed' || reply.functionError) throw new Error(JSON.stringify(reply));
    return { total: performance.now() - startMs, init };
  } finally {
    await host.close();
  }
};

/** Process start to first result: source and bundle, the embedded model and SqueezeNet 1.1. */
export const coldStart = async (): Promise<void> => {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const { directory, module } = await bundleFunction('classify', { architecture });
  const modules = {
    source: fileURLToPath(new URL('../functions/classify/handler.ts', import.meta.url)),
    bundle: `${directory}/${module}`,
  };
  for (const model of ['basic-colours', `${dataDirectory}models/squeezenet1.1`]) {
    const times: Record<string, { total: number; init: number }[]> = { source: [], bundle: [] };
    for (let turn = 0; turn < STARTS; turn++) {
      for (const [name, path] of Object.entries(modules)) times[name]?.push(await once(path, model));
    }
    const of = (name: 'source' | 'bundle', part: 'total' | 'init') =>
      median((times[name] ?? []).map((time) => time[part])).toFixed(0);
    console.log(
      `cold start, ${model.split('/').at(-1)}: bundle ${of('bundle', 'total')} ms (${of('bundle', 'init')} of them until the handler is there), ` +
        `source ${of('source', 'total')} ms (${of('source', 'init')}), × ${STARTS}`,
    );
  }
};
