import type { IncomingMessage } from 'node:http';
import { CLIENT_CONTEXT_MAX_BYTES, parseJson } from '../platform/index.ts';
import { invokeWithResponseStream } from './event-stream.ts';
import type { Read } from './function-reads.ts';
import { compileRoutes } from './http-route.ts';
import type { Answer, HttpReply, HttpRequest, StreamedReply } from './http-server.ts';
import type { Invocations } from './invocations.ts';
import { payloadMaxBytes } from './invoke-call.ts';
import { notJson, requestTooLarge, unknownOperation } from './refusals.ts';
import { refuse, toHttpReply } from './replies.ts';

const INVOKE = 'POST /2015-03-31/functions/{FunctionName}/invocations';
const INVOKE_STREAMED = 'POST /2021-11-15/functions/{FunctionName}/response-streaming-invocations';

const header = (message: IncomingMessage, name: string): string | undefined =>
  message.headersDistinct[name]?.[0];

/** The largest body of a call: that of the payload it carries. */
export const callMaxBytes = (message: IncomingMessage): number =>
  payloadMaxBytes(header(message, 'x-amz-invocation-type'));

/** The JSON of `X-Amz-Client-Context`; false when there is one and it is none. */
const readClientContext = (encoded: string | undefined): string | undefined | false => {
  if (encoded === undefined) return undefined;
  if (encoded.length > CLIENT_CONTEXT_MAX_BYTES) return false;
  const text = Buffer.from(encoded, 'base64').toString();
  return parseJson(text) === undefined ? false : text;
};

/**
 * The HTTP side of Lambda's API: Invoke, and what is asked of a function before it is called. There is no other
 * operation: functions are defined when the host is started.
 *
 * @param reads by operation: method and path, with names in braces
 */
export const lambdaApi = (
  { invoke }: Pick<Invocations, 'invoke'>,
  reads: Readonly<Record<string, Read>>,
): Answer<HttpReply | StreamedReply> => {
  const invokeFunction = async (request: HttpRequest, functionName: string, isStreamed: boolean) => {
    const { message, query, body } = request;
    if (body === undefined) return refuse(requestTooLarge(callMaxBytes(message)));
    const clientContext = readClientContext(header(message, 'x-amz-client-context'));
    if (clientContext === false) return refuse(notJson('the client context is no base64 of JSON'));
    const call = {
      functionName,
      qualifier: new URLSearchParams(query).get('Qualifier') ?? undefined,
      payload: body,
      invocationType: header(message, 'x-amz-invocation-type'),
      logType: header(message, 'x-amz-log-type'),
      traceId: header(message, 'x-amzn-trace-id'),
      clientContext,
    };
    return isStreamed
      ? invokeWithResponseStream(request, (reader) => invoke({ ...call, reader }))
      : toHttpReply(await invoke(call));
  };

  const operations = [INVOKE, INVOKE_STREAMED, ...Object.keys(reads)];
  const matchRoute = compileRoutes(
    operations.map((operation) => {
      const [method = '', path = ''] = operation.split(' ');
      return { method, path, read: reads[operation], isStreamed: operation === INVOKE_STREAMED };
    }),
  );
  return async (request) => {
    const { method, path, query } = request;
    const match = matchRoute(method, path.replace(/\/$/, ''));
    if (match === undefined) return refuse(unknownOperation(method, path, operations));
    const { route, parameters } = match;
    return route.read === undefined
      ? invokeFunction(request, parameters.FunctionName ?? '', route.isStreamed)
      : route.read(parameters, new URLSearchParams(query));
  };
};
