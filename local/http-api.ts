import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { GATEWAY_TIMEOUT_MS, HTTP_BODY_MAX_BYTES } from '../platform/aws-quotas.ts';
import type { LocalHost } from './host.ts';
import { toHttpEvent } from './http-event.ts';
import { gatewayError, internalServerError, toHttpResponse } from './http-response.ts';
import { compileRoutes, type HttpRoute } from './http-route.ts';
import { serve } from './http-server.ts';
import type { HttpReply, InvokeReply } from './replies.ts';
import { readBody } from './request-body.ts';
import { splitTarget } from './request-target.ts';

/** What an HTTP API serves, and from which host. */
export interface HttpApiOptions {
  readonly host: Pick<LocalHost, 'invoke'>;
  readonly routes: readonly HttpRoute[];
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly address?: string;
  /** Answered with 504 after this; the invocation goes on. Default 29,000. */
  readonly timeoutMs?: number;
}

/** API Gateway's HTTP API on this machine; `await using` closes it. */
export interface HttpApi extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Cuts whatever connection is left; invocations go on. Idempotent. */
  close(): Promise<void>;
}

const TIMED_OUT = Symbol('timed out');

/** `work`, or `TIMED_OUT` when it takes longer. */
const within = async <T>(timeoutMs: number, work: Promise<T>): Promise<T | typeof TIMED_OUT> => {
  const { promise, resolve } = Promise.withResolvers<typeof TIMED_OUT>();
  const timer = setTimeout(() => resolve(TIMED_OUT), timeoutMs);
  const first = await Promise.race([work, promise]);
  clearTimeout(timer);
  return first;
};

/**
 * API Gateway does not pass Lambda's own errors on: a throttled function, a function error and a missing function are
 * one 500 (AWS knowledge centre, "troubleshoot issues for API Gateway endpoints that integrate with Lambda"). A payload
 * that fits API Gateway's limit and not Lambda's is a 413.
 */
const toResponse = (reply: InvokeReply): HttpReply => {
  if (reply.kind === 'refused' && reply.refusal.status === 413) {
    return gatewayError(413, 'Request Entity Too Large');
  }
  if (reply.kind !== 'executed' || reply.functionError !== undefined) return internalServerError();
  return toHttpResponse(JSON.parse(reply.payload.toString()));
};

/**
 * Starts an HTTP API in front of a local host: each request becomes an event of payload format 2.0, invokes the
 * function of its route, and is answered with what the function returned.
 *
 * @throws InvalidRequestError for a malformed route; what listening failed with.
 */
export const startHttpApi = async (options: HttpApiOptions): Promise<HttpApi> => {
  const { host, routes, port = 0, address = '127.0.0.1', timeoutMs = GATEWAY_TIMEOUT_MS } = options;
  const matchRoute = compileRoutes(routes);

  const answer = async (message: IncomingMessage): Promise<HttpReply | undefined> => {
    const body = await readBody(message, HTTP_BODY_MAX_BYTES);
    if (body.kind === 'cut') return undefined;
    const target = splitTarget(message.url);
    const match = matchRoute(message.method ?? '', target.path);
    if (match === undefined) return gatewayError(404, 'Not Found');
    if (body.kind === 'too large') return gatewayError(413, 'Request Entity Too Large');

    const requestId = randomUUID();
    const event = toHttpEvent({ message, target, body: body.bytes, match, requestId, nowMs: Date.now() });
    const { functionName, qualifier } = match.route;
    const traceId = message.headersDistinct['x-amzn-trace-id']?.[0];
    const reply = await within(
      timeoutMs,
      host.invoke(functionName, JSON.stringify(event), { qualifier, traceId }),
    );
    const response =
      reply === TIMED_OUT ? gatewayError(504, 'Endpoint request timed out') : toResponse(reply);
    return { ...response, headers: { ...response.headers, 'apigw-requestid': requestId } };
  };

  const server = await serve(answer, address, port);
  return { endpoint: server.endpoint, close: server.close, [Symbol.asyncDispose]: server.close };
};
