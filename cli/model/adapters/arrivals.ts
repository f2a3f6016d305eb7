import { Writable } from 'node:stream';

/** Bytes that wait to be read before the connection is told to wait, too. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** What arrives on a connection, kept until it is read. */
export interface Arrivals {
  /** Where it is written to. */
  readonly sink: Writable;
  /** What was written, in order; then the end, or the failure. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Says that nothing more will come, and why, where it should have. */
  end(failure?: unknown): void;
}

/**
 * Opens a pipe that loses nothing: a stream of Node.js drops what it holds when its connection fails, and that is what
 * need not be asked for again.
 */
export const arrivals = (): Arrivals => {
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let ended: { readonly failure: unknown } | undefined;
  let wake = (): void => {};
  let take: (() => void) | undefined;

  const sink = new Writable({
    write: (chunk: Uint8Array, _encoding, taken) => {
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes < MAX_WAITING_BYTES) taken();
      else take = taken;
      wake();
    },
  });
  // told to the reader by `end`
  sink.on('error', () => {});

  const chunks = async function* () {
    for (;;) {
      const chunk = waiting.shift();
      if (chunk !== undefined) {
        waitingBytes -= chunk.length;
        // the next piece may be written, and have to wait, before this returns
        const taken = take;
        take = undefined;
        taken?.();
        yield chunk;
      } else if (ended === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else {
        if (ended.failure !== undefined) throw ended.failure;
        return;
      }
    }
  };
  return {
    sink,
    chunks: chunks(),
    end: (failure) => {
      ended ??= { failure };
      wake();
    },
  };
};
