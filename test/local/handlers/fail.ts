import { spawn } from 'node:child_process';

class TeapotError extends Error {
  override readonly name = 'TeapotError';
  readonly code = 418;
}

const ways: Record<string, (event: { bytes: number }) => unknown> = {
  throw: () => {
    throw new TeapotError('short and stout', { cause: new Error('lost on the wire') });
  },
  throwText: () => {
    throw 'just text';
  },
  undefined: () => undefined,
  bigint: () => 1n,
  big: ({ bytes }) => 'x'.repeat(bytes - 2),
  exit: () => process.exit(3),
  exitSilently: () => process.exit(0),
  abort: () => process.abort(),
  hang: () => new Promise(() => {}),
  rejectAlone: () => {
    void Promise.reject(new Error('nobody caught this'));
    return new Promise(() => {});
  },
  throwAlone: () => {
    setImmediate(() => {
      throw new Error('nobody caught that');
    });
    return new Promise(() => {});
  },
  allocate: async () => {
    const kept: Buffer[] = [];
    for (;;) {
      kept.push(Buffer.alloc(8 * 1024 * 1024, 1));
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  fillHeap: () => {
    const kept: object[] = [];
    for (;;) kept.push({ at: kept.length });
  },
  leaveChild: () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    child.unref();
    return process.exit(1);
  },
};

/** Fails in the way asked for. */
export const handler = async (event: { way: string; bytes: number }) => ways[event.way]?.(event);
