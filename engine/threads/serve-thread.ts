import { type MessagePort, parentPort } from 'node:worker_threads';
import { toWireError } from '../../platform/index.ts';
import { workedOutcome } from '../invocation/worked-outcome.ts';
import type { Work } from '../work.ts';
import type { ThreadAnswer, ToThread } from './messages.ts';

type Job = Extract<ToThread, { kind: 'work' }>;

const done = async (
  work: Work<unknown, unknown, unknown>,
  { item, context }: Job,
  signal: AbortSignal,
): Promise<ThreadAnswer> => {
  const identified: [string, string][] = [];
  const identify = (name: string, value: string) => void identified.push([name, value]);
  try {
    const [outcome] = await work([item], { ...context, signal, identify, report: () => {}, ready: () => {} });
    if (outcome === undefined && signal.aborted) return { identified };
    // how much a reply carries is for the main thread to say, which knows whether there is a store
    return { outcome: workedOutcome(outcome, Number.POSITIVE_INFINITY), identified };
  } catch (error) {
    return signal.aborted ? { identified } : { outcome: { error: toWireError(error) }, identified };
  }
};

/** Works, in a worker thread, on the items that the main thread sends. */
export const serveThread = (
  work: Work<unknown, unknown, unknown>,
  port: MessagePort | null = parentPort,
): void => {
  if (!port) throw new Error('Expected a worker thread with a port to the main thread, received none.');
  let controller = new AbortController();
  port.on('message', (message: ToThread) => {
    if (message.kind === 'abort') {
      controller.abort();
      return;
    }
    controller = new AbortController();
    void done(work, message, controller.signal).then((answer) => port.postMessage(JSON.stringify(answer)));
  });
  port.postMessage('ready');
};
