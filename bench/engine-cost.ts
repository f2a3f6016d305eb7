import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Bench } from 'tinybench';
import { seal } from '../engine/driver.ts';
import { startLocalHost } from '../local/index.ts';

const module = (name: string) => fileURLToPath(new URL(`./functions/${name}.ts`, import.meta.url));

/** What one warm invocation of a recursive function costs beside one of a bare handler, with work that is nothing. */
export const engineCost = async (): Promise<void> => {
  const host = await startLocalHost({
    concurrency: availableParallelism(),
    functions: [
      { name: 'bare', module: module('bare') },
      { name: 'empty', module: module('empty') },
    ],
  });
  const client = new LambdaClient({ ...host.connection, maxAttempts: 1 });
  const items = Array.from({ length: 8 }, (_, index) => `item ${index}`);
  const child = seal({
    items,
    options: { onError: 'collect' },
    depth: 1,
    path: '0.0',
    slots: 1,
    deadline: Number.MAX_SAFE_INTEGER,
    identity: {},
    rootRequestId: 'bench',
    attempt: 0,
  });
  const invoke = async (name: string, payload: string) => {
    const { FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: `${name}:live`, Payload: payload }),
    );
    if (FunctionError) throw new Error(`${name} failed`);
  };
  try {
    const bench = new Bench({ time: 2_000, warmupTime: 1_000, throws: true });
    bench
      .add('bare', async () => invoke('bare', child))
      .add('engine', async () => invoke('empty', child))
      // again, so that the order of the two does not decide
      .add('bare again', async () => invoke('bare', child))
      .add('engine again', async () => invoke('empty', child));
    await bench.run();
    const medianMs = (name: string) => {
      const result = bench.getTask(name)?.result;
      if (result?.state !== 'completed')
        throw new Error(`${name}: expected a completed run, received ${result?.state}`);
      return result.latency.p50;
    };
    const bare = Math.min(medianMs('bare'), medianMs('bare again'));
    const engine = Math.min(medianMs('engine'), medianMs('engine again'));
    console.log(
      `one warm invocation of 8 empty items: ${engine.toFixed(2)} ms, of a bare handler ${bare.toFixed(2)} ms: ` +
        `the engine costs ${(engine - bare).toFixed(2)} ms`,
    );
  } finally {
    client.destroy();
    await host.close();
  }
};
