import type { Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
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
        if (stream.destroyed) resolve();
        else stream.write(bytes, () => resolve());
      }),
    end: () => stream.end(),
    breakOff: () => stream.destroy(new Error('The function failed.')),
  };
};

/** Status, headers and body of a first piece; without a head it is bytes, as a function URL has it. */
const splitFirst = (piece: Uint8Array): Omit<StreamedReply, 'stream'> & { readonly body: Uint8Array } => {
  const bytes = Buffer.from(piece);
  const at = bytes.indexOf(HEAD_END);
  if (at < 0) return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: bytes };
  const { statusCode = 200, headers = {} } = JSON.parse(bytes.toString('utf8', 0, at));
  return { status: statusCode, headers, body: bytes.subarray(at + HEAD_END.length) };
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
  let isFirst = true;
  const take = (piece: Uint8Array): Promise<void> => {
    if (!isFirst) return body.write(piece);
    isFirst = false;
    const { body: rest, ...head } = splitFirst(piece);
    begin({ ...head, stream: body.stream });
    return body.write(rest);
  };
  const ended = invoke({ gone: body.gone, take }).then((reply) => {
    if (reply.kind === 'executed' && !reply.functionError && !isFirst) body.end();
    else body.breakOff();
    return reply;
  });
  return Promise.race([begun, ended]);
};
