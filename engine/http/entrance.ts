import { GATEWAY_TIMEOUT_MS } from '../../platform/aws-quotas.ts';
import { InvalidRequestError } from '../../platform/errors.ts';
import type { Handler, InvocationContext } from '../index.ts';
import { ENVELOPE_KEY, isEnvelope } from '../protocol/envelope.ts';
import { type HttpRequest, readHttpEvent } from './events.ts';
import { type HttpReply, problem } from './problem.ts';

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const head = text.length === 0 ? 'an empty body' : JSON.stringify(text.slice(0, 60));
    throw new InvalidRequestError(`Expected a JSON body, received ${head}`, { cause });
  }
};

/** The request inside an HTTP request: its JSON body, or for an `image/*` body that picture. */
const readBody = ({ headers, body, isBase64Encoded }: HttpRequest): unknown => {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (/^image\//i.test(type)) {
    const base64 = isBase64Encoded ? body : Buffer.from(body, 'latin1').toString('base64');
    return `data:${type.trim().toLowerCase()};base64,${base64}`;
  }
  const request = readJson(isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body);
  if (!isEnvelope(request)) return request;
  throw new InvalidRequestError(`Expected a request, received the reserved key ${ENVELOPE_KEY}`);
};

/** The context of a request that the gateway will not wait for longer than its own limit. */
const withGatewayDeadline = (
  context: InvocationContext,
  receivedMs: number | undefined,
): InvocationContext => {
  const gatewayEndsMs = (receivedMs ?? Date.now()) + GATEWAY_TIMEOUT_MS;
  return {
    awsRequestId: context.awsRequestId,
    functionVersion: context.functionVersion,
    getRemainingTimeInMillis: () => Math.min(context.getRemainingTimeInMillis(), gatewayEndsMs - Date.now()),
  };
};

const answer = async (
  handler: Handler,
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpReply> => {
  try {
    const within = request.hasGateway ? withGatewayDeadline(context, request.receivedMs) : context;
    const reply = await handler(readBody(request), within);
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(reply),
    };
  } catch (error) {
    const reply = problem(error);
    // the caller is told little, and Lambda, which logs what a handler throws, is told nothing
    if (reply.statusCode === 500) console.error(error);
    return reply;
  }
};

/**
 * Gives a handler an HTTP entrance: events of API Gateway and function URLs are answered with a status and a body,
 * everything else passes through. The internal envelope is refused here, so nobody outside can set depth or slots.
 */
export const withHttp =
  <Item, Result, Options>(handler: Handler<Item, Result, Options>): Handler<Item, Result, Options> =>
  async (event, context) => {
    const request = readHttpEvent(event);
    return request ? answer(handler, request, context) : handler(event, context);
  };
