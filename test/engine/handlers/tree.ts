import { connect } from 'node:net';
import { z } from 'zod';
import { withHttp } from '../../../engine/driver.ts';
import { each, type ItemContext, recursive, withStreaming } from '../../../engine/index.ts';

/** What an item has the work do; anything else is answered as it is. */
interface Told {
  /** Throw an error of this name. */
  readonly fail?: string;
  /** Wait at the gate on this port, until the test opens it or the signal is aborted. */
  readonly gate?: number;
  /** End the process, as native code does that crashes. */
  readonly exit?: boolean;
  /** Wait until the signal is aborted. */
  readonly hang?: boolean;
  /** Answer so many characters. */
  readonly size?: number;
  /** Wait for ever, whatever the signal says. */
  readonly ignore?: boolean;
}

const throughGate = (port: number, said: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const onAbort = () => socket.destroy(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', reject);
    socket.on('close', () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    socket.write(`${said}\n`);
    socket.resume();
  });

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

const work = async (item: Told, { signal, path, note, identify }: ItemContext<unknown>): Promise<unknown> => {
  identify('colour', process.env.COLOUR ?? 'none');
  note('pid', process.pid);
  if (item.fail) throw Object.assign(new Error(`failed at ${path}`), { name: item.fail });
  if (item.gate) await throughGate(item.gate, path, signal);
  if (item.exit) process.exit(1);
  if (item.hang) await aborted(signal);
  if (item.ignore) await new Promise(() => {});
  return item.size ? 'x'.repeat(item.size) : item;
};

export const handler = withStreaming(withHttp(recursive(each(work), { item: z.any() })));
