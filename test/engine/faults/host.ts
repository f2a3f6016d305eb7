import type { TestContext } from 'node:test';
import { runBatch } from '../../../client/batch.ts';
import type { BatchInput } from '../../../client/batch-input.ts';
import { type ChooseFault, type HostEvent, startLocalHost } from '../../../local/index.ts';

/** A local host with the handler beside this file, and what is needed to run batches on it. */
export const startFaultyHost = async (
  t: TestContext,
  options: {
    readonly concurrency: number;
    readonly fault?: ChooseFault;
    readonly timeoutMs?: number;
    readonly environment?: Readonly<Record<string, string>>;
    readonly onEvent?: (event: HostEvent) => void;
  },
) => {
  const events: HostEvent[] = [];
  let running = 0;
  let settled = () => {};
  const host = await startLocalHost({
    concurrency: options.concurrency,
    ...(options.fault && { fault: options.fault }),
    functions: [
      {
        name: 'work',
        module: new URL('./handler.ts', import.meta.url).href,
        timeoutMs: options.timeoutMs ?? 30_000,
        environment: { FUNCTION_ALIAS: 'live', ...options.environment },
      },
    ],
    observe: (event) => {
      events.push(event);
      if (event.kind === 'invocation started') running += 1;
      if (event.kind === 'invocation ended') running -= 1;
      options.onEvent?.(event);
      if (running === 0) settled();
    },
  });
  t.after(() => host.close());

  return {
    host,
    events,
    count: (kind: HostEvent['kind']) => events.filter((event) => event.kind === kind).length,
    /** Resolves when no invocation runs: whatever was started has ended. */
    idle: () =>
      new Promise<void>((resolve) => {
        settled = resolve;
        if (running === 0) resolve();
      }),
    /** From outside, as the command does. */
    run: (items: readonly unknown[], input: Partial<BatchInput> = {}) =>
      runBatch({
        functionName: 'work',
        items,
        onError: 'collect',
        connection: host.connection,
        ...input,
      }),
    /**
     * As anybody invokes a function: the root is an invocation itself. It waits for an environment: children of a root
     * that was killed may have all of them.
     */
    invoke: async (request: unknown) => {
      const reply = await host.invoke('work', JSON.stringify(request), {
        qualifier: 'live',
        wait: t.signal,
      });
      if (reply.kind !== 'executed') throw new Error(`refused: ${JSON.stringify(reply)}`);
      return { failed: reply.functionError !== undefined, payload: JSON.parse(reply.payload.toString()) };
    },
  };
};

/** `ok:0`, `ok:1`, … with others put in their places. */
export const itemsOf = (count: number, others: Readonly<Record<number, string>> = {}): readonly string[] =>
  Array.from({ length: count }, (_, index) => others[index] ?? `ok:${index}`);

/** What those items answer. */
export const answersOf = (count: number): readonly { results: string }[] =>
  Array.from({ length: count }, (_, index) => ({ results: `hello ${index}` }));
