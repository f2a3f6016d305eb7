import type { Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { isRecord, parseJson } from '../platform/index.ts';
import { internalServerError, readHead } from './http-response.ts';
import type { StreamedReply } from './http-server.ts';
import type { InvokeReply } from './replies.ts';
import type { ReplyReader } from './reply-reader.ts';
import { HEAD_END } from './runtime/response-stream.ts';

/** A body that is written while it is sent. */
export interface OpenBody {
  readonly stream: Readable;
  /** Aborted when the caller has gone. */
  readonly gone: AbortSignal;
  /** Resolves once there is room for more; at once where nobody reads. */
  write(bytes: Uint8Array): Promise<void>;
  end(): void;
  /** Breaks it off, so that nobody takes it for whole. */
  breakOff(): void;
}

/** Opens a body for whoever is at the other end of a socket. */
export const openBody = (socket: Socket): OpenBody => {
  const stream = new PassThrough();
  const gone = new AbortController();
  const leave = () => {
    gone.abort();
    stream.destroy();
  };
  socket.once('close', leave);
  stream.on('close', () => socket.off('close', leave));
  stream.on('error', () => {});
  return {
    stream,
    gone: gone.signal,
    write: (bytes) =>
      new Promise((resolve) => {
        if (stream.destroyed) return resolve();
        // of a stream that is closed, the write under way is told nothing
        const done = () => {
          stream.off('close', done);
          resolve();
        };
        stream.once('close', done);
        stream.write(bytes, done);
      }),
    end: () => stream.end(),
    breakOff: () => stream.destroy(new Error('The function failed.')),
  };
};

/** Status and headers where none are said, as a function URL has it. */
const DEFAULT_HEAD = { status: 200, headers: { 'content-type': 'application/octet-stream' } };

/** The head and what follows it in a first piece; the head is undefined where it cannot be sent. */
const splitFirst = (piece: Uint8Array) => {
  const bytes = Buffer.from(piece);
  const at = bytes.indexOf(HEAD_END);
  const said = at < 0 ? undefined : parseJson(bytes.toString('utf8', 0, at));
  if (!isRecord(said)) return { head: DEFAULT_HEAD, body: bytes };
  return { head: readHead({ statusCode: 200, ...said }), body: bytes.subarray(at + HEAD_END.length) };
};

/**
 * Invokes a function whose reply is sent on as it comes about.
 *
 * @returns the reply as it was invoked, where it came whole: the call was refused, or the function does not stream
 */
export const invokeStreamed = (
  socket: Socket,
  invoke: (reader: ReplyReader & { readonly gone: AbortSignal }) => Promise<InvokeReply>,
): Promise<InvokeReply | StreamedReply> => {
  const body = openBody(socket);
  const { promise: begun, resolve: begin } = Promise.withResolvers<StreamedReply>();
  let state: 'waiting' | 'begun' | 'refused' = 'waiting';
  const open = (piece: Uint8Array): Promise<void> => {
    const { head, body: rest } = splitFirst(piece);
    state = head ? 'begun' : 'refused';
    const { body: refused, ...refusal } = internalServerError();
    begin({ ...(head ?? refusal), stream: body.stream });
    return body.write(head ? rest : Buffer.from(refused));
  };
  const take = async (piece: Uint8Array): Promise<void> => {
    if (state === 'waiting') await open(piece);
    else if (state === 'begun') await body.write(piece);
  };
  const ended = invoke({ gone: body.gone, take }).then((reply) => {
    const isWhole = reply.kind === 'executed' && !reply.functionError;
    // a stream into which nothing was written: replies that are not streamed are JSON, and have a text
    if (isWhole && state === 'waiting' && reply.payload.length === 0) void open(reply.payload);
    if (isWhole && state !== 'waiting') body.end();
    else body.breakOff();
    return reply;
  });
  return Promise.race([begun, ended]);
};
