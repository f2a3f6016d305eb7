import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { accepts, GATEWAY_TIMEOUT_MS, HTTP_BODY_MAX_BYTES, parseJson } from '../platform/index.ts';
import type { Admission } from './admission.ts';
import type { LocalHost } from './host.ts';
import { type HttpEvent, toHttpEvent } from './http-event.ts';
import { gatewayError, internalServerError, toHttpResponse } from './http-response.ts';
import { compileRoutes, type HttpRoute, type RouteMatch } from './http-route.ts';
import { type Answer, type HttpReply, type HttpRequest, type StreamedReply, serve } from './http-server.ts';
import { RETRY_AFTER_SECONDS } from './refusals.ts';
import type { InvokeReply } from './replies.ts';
import { invokeStreamed } from './streamed-reply.ts';

/** A page, and what it asks for: answered beside the functions, by other rules. */
export interface SitePage {
  /** What is asked of whoever sends a request; undefined for a request that is not for the page. */
  readonly admission: (message: IncomingMessage) => Admission | undefined;
  readonly bodyMaxBytes: (message: IncomingMessage) => number;
  readonly answer: Answer<HttpReply | StreamedReply>;
}

/** What an HTTP API serves, and from which host. */
export interface HttpApiOptions {
  readonly host: Pick<LocalHost, 'invoke' | 'token'>;
  readonly routes: readonly HttpRoute[];
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly address?: string;
  /**
   * How long a request may take: one that has no environment by then is answered with 503, one that has is answered
   * with 504 and goes on. Default 29,000.
   */
  readonly timeoutMs?: number;
  /** Default: there is none. */
  readonly page?: SitePage;
}

/** API Gateway's HTTP API on this machine; `await using` closes it. */
export interface HttpApi extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Cuts whatever connection is left; invocations go on. Idempotent. */
  close(): Promise<void>;
}

const TIMED_OUT = Symbol('timed out');

/** What API Gateway makes of a reply; a payload that fits its limit and not Lambda's is a 413. */
const toResponse = (reply: InvokeReply | typeof TIMED_OUT): HttpReply => {
  if (reply === TIMED_OUT) return gatewayError(504, 'Endpoint request timed out');
  if (reply.kind === 'executed' && reply.functionError === undefined) {
    const result = parseJson(reply.payload.toString());
    // a function that streams may have written anything
    return result === undefined ? internalServerError() : toHttpResponse(result);
  }
  const status = reply.kind === 'refused' ? reply.refusal.status : 500;
  if (status === 413) return gatewayError(413, 'Request Entity Too Large');
  if (status !== 429) return internalServerError();
  const busy = gatewayError(503, 'Service Unavailable');
  return { ...busy, headers: { ...busy.headers, 'retry-after': String(RETRY_AFTER_SECONDS) } };
};

/**
 * Starts an HTTP API in front of a local host: each request becomes an event of payload format 2.0, invokes the
 * function of its route, and is answered with what the function returned. Every request shows the host's token, in
 * the header `x-droste-token`.
 *
 * @throws InvalidRequestError for a malformed route; what listening failed with.
 */
export const startHttpApi = async (options: HttpApiOptions): Promise<HttpApi> => {
  const { host, routes, port = 0, address = '127.0.0.1', timeoutMs = GATEWAY_TIMEOUT_MS, page } = options;
  const matchRoute = compileRoutes(routes);

  /** People and pages wait for an environment, as long as for the answer; nobody waits for those who have gone. */
  const invoke = async (event: HttpEvent, { message }: HttpRequest, { route }: RouteMatch) => {
    const { promise: tooLate, resolve } = Promise.withResolvers<typeof TIMED_OUT>();
    const waiting = new AbortController();
    const giveUp = (): void => waiting.abort();
    const timer = setTimeout(() => {
      giveUp();
      // whoever had no environment yet is answered so, in this turn of the event loop
      setImmediate(resolve, TIMED_OUT);
    }, timeoutMs);
    message.socket.once('close', giveUp);
    const traceId = message.headersDistinct['x-amzn-trace-id']?.[0];
    const call = { qualifier: route.qualifier, traceId, wait: waiting.signal };
    const reply = await Promise.race([host.invoke(route.functionName, JSON.stringify(event), call), tooLate]);
    message.socket.off('close', giveUp);
    clearTimeout(timer);
    return reply;
  };

  /** As a function URL: nobody waits in between, and the reply is sent as it comes about. */
  const invokeUrl = (event: HttpEvent, { message }: HttpRequest, { route }: RouteMatch) =>
    invokeStreamed(message.socket, (reader) =>
      host.invoke(route.functionName, JSON.stringify(event), {
        qualifier: route.qualifier,
        traceId: message.headersDistinct['x-amzn-trace-id']?.[0],
        wait: reader.gone,
        reader,
      }),
    );

  const answer = async (request: HttpRequest): Promise<HttpReply | StreamedReply> => {
    const { method, path, body } = request;
    const match = matchRoute(method, path);
    if (match === undefined) return gatewayError(404, 'Not Found');
    if (body === undefined) return gatewayError(413, 'Request Entity Too Large');
    const requestId = randomUUID();
    const { streams } = match.route;
    const viaUrl = streams !== undefined && accepts(request.message.headers.accept, streams);
    const event = toHttpEvent({ request, body, match, requestId, nowMs: Date.now(), viaUrl });
    const reply = await (viaUrl ? invokeUrl : invoke)(event, request, match);
    const response = typeof reply === 'object' && 'stream' in reply ? reply : toResponse(reply);
    return { ...response, headers: { ...response.headers, 'apigw-requestid': requestId } };
  };

  const server = await serve({
    answer: (request) => (page?.admission(request.message) ? page.answer(request) : answer(request)),
    deny: ({ status, message }) => gatewayError(status, message),
    bodyMaxBytes: (message) => (page?.admission(message) ? page.bodyMaxBytes(message) : HTTP_BODY_MAX_BYTES),
    admission: (message) => page?.admission(message) ?? { token: host.token, asked: 'everybody' },
    host: address,
    port,
  });
  return { endpoint: server.endpoint, close: server.close, [Symbol.asyncDispose]: server.close };
};
