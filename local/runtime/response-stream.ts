import { Writable } from 'node:stream';

/** What marks a handler that streams, in the runtime interface client 4. */
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

/** Between status and headers, as JSON, and the body (runtime interface client 4, `HttpResponseStream`). */
export const HEAD_END = new Uint8Array(8);

type StreamingHandler = (event: unknown, stream: Writable, context: unknown) => Promise<unknown>;

/** A handler that is called with a stream, or undefined. */
export const streamingHandler = (handler: unknown): StreamingHandler | undefined =>
  typeof handler === 'function' && STREAMING in handler
    ? (handler as unknown as StreamingHandler)
    : undefined;

const heads = new WeakMap<Writable, string>();

/** Gives handlers what the Node.js runtime of Lambda does: `awslambda.streamifyResponse` and `HttpResponseStream`. */
export const installStreaming = (): void => {
  const given = globalThis as { awslambda?: object };
  given.awslambda = {
    ...given.awslambda,
    streamifyResponse: (handler: object) => Object.assign(handler, { [STREAMING]: 'response' }),
    HttpResponseStream: {
      from: (stream: Writable, head: unknown): Writable => {
        heads.set(stream, JSON.stringify(head));
        return stream;
      },
    },
  };
};

/** How a response stream reaches the host: resolves once the host has room for more. */
export type SendChunk = (chunk: Uint8Array) => Promise<void>;

/**
 * The stream that a handler writes its response to. One piece is on its way at a time, with all that was written
 * meanwhile in the next: the handler is told to wait as soon as its reader is slower than it. A head goes out before the
 * first `write`; before what only `end` is given it does not, as in the runtime.
 */
export const createResponseStream = (send: SendChunk): Writable => {
  let begun = false;
  let head: readonly Uint8Array[] = [];
  const sendAll = (chunks: readonly Uint8Array[], done: (error?: Error | null) => void): void => {
    const all = [...head, ...chunks];
    head = [];
    send(Buffer.concat(all)).then(() => done(), done);
  };
  const stream = new Writable({
    write: (chunk: Uint8Array, _, done) => sendAll([chunk], done),
    writev: (chunks, done) =>
      sendAll(
        chunks.map(({ chunk }) => chunk as Uint8Array),
        done,
      ),
  });
  const write = stream.write.bind(stream) as (...given: readonly unknown[]) => boolean;
  stream.write = (...given: readonly unknown[]): boolean => {
    const text = begun ? undefined : heads.get(stream);
    begun = true;
    if (text !== undefined) head = [Buffer.from(text), HEAD_END];
    return write(...given);
  };
  // told to who listens, and to the runtime by the handler's end
  stream.on('error', () => {});
  return stream;
};
