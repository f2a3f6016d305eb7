import { isMainThread } from 'node:worker_threads';
import { ConfigurationError, readSwitch } from '../platform/index.ts';
import type { Handler, InvocationContext, ReplyStream, StreamHead, StreamingRuntime } from './handler.ts';
import { readHttpEvent } from './http/events.ts';
import type { HttpReply } from './http/problem.ts';

/** The part of a runtime's response stream that is used here: a `Writable`, or what wraps one. */
interface ResponseStream {
  readonly writableFinished: boolean;
  write(chunk: string | Uint8Array): boolean;
  end(text?: string): void;
  on(event: 'finish' | 'close' | 'error' | 'drain', listener: () => void): unknown;
}

/** What Lambda's Node.js runtime, and the local host's, give streaming handlers (Lambda developer guide, "Writing response streaming-enabled functions"). */
interface StreamingGlobal {
  streamifyResponse(
    handler: (event: unknown, stream: ResponseStream, context: InvocationContext) => Promise<void>,
  ): unknown;
  readonly HttpResponseStream: { from(stream: ResponseStream, head: StreamHead): ResponseStream };
}

const runtimeOf = (
  stream: ResponseStream,
  { HttpResponseStream }: StreamingGlobal,
): StreamingRuntime & { readonly ended: Promise<void> } => {
  const gone = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let begun = false;
  let roomier = Promise.withResolvers<void>();
  const goOn = () => {
    roomier.resolve();
    roomier = Promise.withResolvers();
  };
  const leave = () => {
    if (!stream.writableFinished) gone.abort(new Error('The caller has gone.'));
    goOn();
    end();
  };
  stream.on('finish', end);
  stream.on('drain', goOn);
  stream.on('close', leave);
  stream.on('error', leave);
  const reply: ReplyStream = {
    signal: gone.signal,
    write: async (text) => {
      begun = true;
      const { promise } = roomier;
      if (!gone.signal.aborted && !stream.write(text)) await promise;
    },
  };
  return {
    ended,
    get begun() {
      return begun;
    },
    open: (head) => {
      if (head) HttpResponseStream.from(stream, head);
      return reply;
    },
  };
};

const isHttpReply = (reply: unknown): reply is HttpReply & { readonly isBase64Encoded?: boolean } =>
  typeof reply === 'object' && reply !== null && 'statusCode' in reply && 'body' in reply;

/**
 * Lets a handler write its reply as it comes about, where the function is set up for it (`STREAMING=true`): through a
 * function URL that streams, and `InvokeWithResponseStream`. Whoever calls otherwise gets what they always get.
 *
 *     export const handler = withStreaming(withHttp(recursive(work)));
 *
 * Off by default, and then nothing is changed: Lambda hands on everything that a streaming handler answers as a stream.
 *
 * @throws ConfigurationError where it is wanted and the runtime has no streams, at creation.
 */
export const withStreaming = <H extends Handler>(handler: H, env: NodeJS.ProcessEnv = process.env): H => {
  // a worker thread imports the module for its work, and the runtime gives its globals to the main thread only
  if (!readSwitch(env, 'STREAMING', false) || !isMainThread) return handler;
  const { awslambda } = globalThis as unknown as { readonly awslambda?: Partial<StreamingGlobal> };
  const { streamifyResponse, HttpResponseStream } = awslambda ?? {};
  if (!streamifyResponse || !HttpResponseStream) {
    throw new ConfigurationError(
      'STREAMING: expected a runtime that streams (awslambda.streamifyResponse), as Lambda and the local host have; found none',
    );
  }
  const runtime = { streamifyResponse, HttpResponseStream };
  return streamifyResponse(async (event, stream, context) => {
    const streaming = runtimeOf(stream, runtime);
    const reply = await handler(event, { ...context, streaming });
    // what is returned all the same is the last line
    if (streaming.begun) stream.end(reply === undefined ? reply : JSON.stringify(reply));
    else if (readHttpEvent(event)?.hasGateway === false && isHttpReply(reply)) {
      const { body, isBase64Encoded, ...head } = reply;
      streaming.open(head);
      // the head goes out before the first `write`, and before nothing that `end` is given (runtime interface client 4)
      stream.write(isBase64Encoded ? Buffer.from(body, 'base64') : body);
      stream.end();
    } else stream.end(JSON.stringify(reply) ?? 'null');
    await streaming.ended;
  }) as H;
};
