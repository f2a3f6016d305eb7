import type { EventStreamCodec } from '@smithy/core/event-streams';
import type { HttpReply, HttpRequest, StreamedReply } from './http-server.ts';
import { type InvokeReply, toHttpReply } from './replies.ts';
import type { ReplyReader } from './reply-reader.ts';
import { openBody } from './streamed-reply.ts';

type Message = Parameters<EventStreamCodec['encode']>[0];

const TYPE = 'application/vnd.amazon.eventstream';

const messageOf = (type: string, contentType: string, body: Uint8Array): Message => ({
  headers: {
    ':message-type': { type: 'string', value: 'event' },
    ':event-type': { type: 'string', value: type },
    ':content-type': { type: 'string', value: contentType },
  },
  body,
});

const chunk = (payload: Uint8Array): Message =>
  messageOf('PayloadChunk', 'application/octet-stream', payload);

const complete = (reply: InvokeReply): Message => {
  const { ErrorCode, ErrorDetails } = failureOf(reply) ?? {};
  const logTail = reply.kind === 'executed' ? reply.logTail : undefined;
  const said = { ErrorCode, ErrorDetails, LogResult: logTail?.toString('base64') };
  return messageOf('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(said)));
};

/** What went wrong once the response had begun. */
const failureOf = (reply: InvokeReply) => {
  if (reply.kind === 'refused') {
    return { ErrorCode: reply.refusal.name, ErrorDetails: JSON.stringify(reply.refusal.body) };
  }
  if (reply.kind !== 'executed' || !reply.functionError) return undefined;
  const { errorType } = JSON.parse(reply.payload.toString());
  return { ErrorCode: String(errorType), ErrorDetails: reply.payload.toString() };
};

/**
 * What `InvokeWithResponseStream` answers: the reply in pieces, as events of Amazon's event stream, and an event that says
 * how it ended (Lambda API reference). A function that does not stream is one piece; a call that is refused is refused as
 * by Invoke.
 */
export const invokeWithResponseStream = async (
  { message }: Pick<HttpRequest, 'message'>,
  invoke: (reader: ReplyReader & { readonly gone: AbortSignal }) => Promise<InvokeReply>,
): Promise<HttpReply | StreamedReply> => {
  // few calls need it, and every host would load it
  const { EventStreamCodec: Codec } = await import('@smithy/core/event-streams');
  const codec = new Codec(
    (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString()),
    (text) => Buffer.from(text),
  );
  const body = openBody(message.socket);
  const write = (event: Message) => body.write(codec.encode(event));
  const { promise: begun, resolve: begin } = Promise.withResolvers<StreamedReply>();
  let reply: StreamedReply | undefined;
  let isBegun = false;
  const start = () => {
    isBegun = true;
    if (reply) begin(reply);
  };
  const ended = invoke({
    gone: body.gone,
    begin: ({ requestId, executedVersion }) => {
      const headers = {
        'x-amzn-requestid': requestId,
        'x-amz-executed-version': executedVersion,
        'content-type': TYPE,
      };
      reply = { status: 200, headers, stream: body.stream };
    },
    take: (piece) => {
      start();
      return write(chunk(piece));
    },
  }).then(async (invoked) => {
    if (invoked.kind !== 'executed' && !isBegun) {
      body.breakOff();
      return toHttpReply(invoked);
    }
    start();
    if (invoked.kind === 'executed' && !invoked.functionError && invoked.payload.length > 0) {
      void write(chunk(invoked.payload));
    }
    void write(complete(invoked));
    body.end();
    return begun;
  });
  return Promise.race([begun, ended]);
};
