import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CLIENT_CONTEXT_MAX_BYTES } from '../platform/aws-quotas.ts';
import type { Answer } from './http-server.ts';
import type { Invocations } from './invocations.ts';
import { payloadMaxBytes } from './invoke-call.ts';
import { invalidParameter, notJson, type Refusal, requestTooLarge, unknownOperation } from './refusals.ts';
import { type HttpReply, toHttpReply } from './replies.ts';
import { readBody } from './request-body.ts';
import { splitTarget } from './request-target.ts';

const INVOKE_PATH = /^\/2015-03-31\/functions\/(?<functionName>[^/]+)\/invocations\/?$/;

const refuse = (refusal: Refusal): HttpReply =>
  toHttpReply({ kind: 'refused', requestId: randomUUID(), refusal });

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const decode = (encoded: string): string | undefined => {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
};

/** The JSON of `X-Amz-Client-Context`; false when there is one and it is none. */
const readClientContext = (encoded: string | undefined): string | undefined | false => {
  if (encoded === undefined) return undefined;
  if (encoded.length > CLIENT_CONTEXT_MAX_BYTES) return false;
  const text = Buffer.from(encoded, 'base64').toString();
  try {
    JSON.parse(text);
    return text;
  } catch {
    return false;
  }
};

/** The HTTP side of Invoke: `POST /2015-03-31/functions/{FunctionName}/invocations?Qualifier=…`. */
export const invokeApi =
  ({ invoke }: Pick<Invocations, 'invoke'>): Answer =>
  async (request) => {
    const { path, query } = splitTarget(request.url);
    const encoded = INVOKE_PATH.exec(path)?.groups?.functionName;
    const invocationType = header(request, 'x-amz-invocation-type');
    const maxBytes = payloadMaxBytes(invocationType);

    const body = await readBody(request, maxBytes);
    if (body.kind === 'cut') return undefined;
    if (request.method !== 'POST' || encoded === undefined) {
      return refuse(unknownOperation(request.method ?? '', path));
    }
    if (body.kind === 'too large') return refuse(requestTooLarge(maxBytes));
    const functionName = decode(encoded);
    if (functionName === undefined) {
      return refuse(invalidParameter(`Expected a URL-encoded function name, received ${encoded}`));
    }
    const clientContext = readClientContext(header(request, 'x-amz-client-context'));
    if (clientContext === false) return refuse(notJson('the client context is no base64 of JSON'));

    const reply = await invoke({
      functionName,
      qualifier: new URLSearchParams(query).get('Qualifier') ?? undefined,
      payload: body.bytes,
      invocationType,
      logType: header(request, 'x-amz-log-type'),
      traceId: header(request, 'x-amzn-trace-id'),
      clientContext,
    });
    return toHttpReply(reply);
  };
