import {
  accepts,
  GATEWAY_TIMEOUT_MS,
  jsonOrText,
  PayloadTooLargeError,
  REPLY_MAX_BYTES,
} from '../../platform/index.ts';
import type { Handler, InvocationContext } from '../handler.ts';
import { type HttpRequest, readHttpEvent } from './events.ts';
import { type HttpReply, problem, ROOT_REQUEST_HEADER } from './problem.ts';
import { contentType, readJsonBody } from './read-body.ts';

/** Type of a reply of one JSON value a line. */
export const LINES_TYPE = 'application/x-ndjson';

/** A picture as the whole body; the URL's parameters are its options. */
const requestFor = (image: string, query: HttpRequest['query'], itemKey: string): unknown => {
  const options = Object.entries(query).map(([name, text]) => [name, jsonOrText(text)]);
  return options.length === 0 ? image : { [itemKey]: image, options: Object.fromEntries(options) };
};

/** The request inside an HTTP request: its JSON body, or for an `image/*` body that picture. */
const readBody = (request: HttpRequest, itemKey: string): unknown => {
  const { query, body, isBase64Encoded } = request;
  const type = contentType(request);
  if (!/^image\//i.test(type)) return readJsonBody(request, 'application/json or image/*');
  const base64 = isBase64Encoded ? body : Buffer.from(body, 'latin1').toString('base64');
  return requestFor(`data:${type.toLowerCase()};base64,${base64}`, query, itemKey);
};

/** The context of an HTTP request, for which a gateway will not wait for longer than its own limit. */
const contextOf = (
  context: InvocationContext,
  { hasGateway, receivedMs = Date.now() }: HttpRequest,
): InvocationContext => {
  const gatewayEndsMs = hasGateway ? receivedMs + GATEWAY_TIMEOUT_MS : Number.POSITIVE_INFINITY;
  return {
    awsRequestId: context.awsRequestId,
    functionVersion: context.functionVersion,
    getRemainingTimeInMillis: () => Math.min(context.getRemainingTimeInMillis(), gatewayEndsMs - Date.now()),
    viaHttp: true,
    hasGateway,
    ...(context.streaming && { streaming: context.streaming }),
  };
};

/** Where lines go, if they are asked for, and whoever waits can be given them: a gateway takes replies only whole. */
const openLines = (request: HttpRequest, { streaming, awsRequestId }: InvocationContext) =>
  streaming && !request.hasGateway && accepts(request.headers.accept, LINES_TYPE)
    ? streaming.open({
        statusCode: 200,
        headers: { 'content-type': LINES_TYPE, [ROOT_REQUEST_HEADER]: awsRequestId },
      })
    : undefined;

/** A reply that Lambda carries. @throws PayloadTooLargeError for one that would be a 500 without a reason. */
const checked = (reply: HttpReply): HttpReply => {
  const bytes = Buffer.byteLength(JSON.stringify(reply));
  if (bytes <= REPLY_MAX_BYTES) return reply;
  throw new PayloadTooLargeError(
    `Expected a reply of at most ${REPLY_MAX_BYTES} bytes as it is sent, received ${bytes}: send fewer items.`,
  );
};

const answer = async (
  handler: Handler,
  request: HttpRequest,
  { context, itemKey }: { readonly context: InvocationContext; readonly itemKey: string },
): Promise<HttpReply | undefined> => {
  const { streaming } = context;
  try {
    const body = readBody(request, itemKey);
    const lines = openLines(request, context);
    const reply = await handler(body, { ...contextOf(context, request), ...(lines && { lines }) });
    if (streaming?.begun) return undefined;
    return checked({
      statusCode: 200,
      headers: { 'content-type': 'application/json', [ROOT_REQUEST_HEADER]: context.awsRequestId },
      body: JSON.stringify(reply),
    });
  } catch (error) {
    // the status was sent long ago
    if (streaming?.begun) throw error;
    const reply = problem(error, context.awsRequestId);
    // the caller is told little, and Lambda, which logs what a handler throws, is told nothing
    if (reply.statusCode === 500) console.error(error);
    return reply;
  }
};

/**
 * Gives a handler an HTTP entrance: events of API Gateway and function URLs are answered with a status and a body,
 * everything else passes through. The internal envelope is refused here, so nobody outside can set depth or slots.
 *
 * @param itemKey the function's name of one item: a picture as the body is one, with the URL's parameters as options. Default `item`
 */
export const withHttp =
  <Item, Result, Options>(
    handler: Handler<Item, Result, Options>,
    itemKey = 'item',
  ): Handler<Item, Result, Options> =>
  async (event, context) => {
    const request = readHttpEvent(event);
    return request ? answer(handler, request, { context, itemKey }) : handler(event, context);
  };
