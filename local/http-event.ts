import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { TOKEN_HEADER } from './admission.ts';
import type { RouteMatch } from './http-route.ts';
import type { HttpRequest } from './http-server.ts';

/** A request as an HTTP API hands it to a function: payload format 2.0. */
export type HttpEvent = APIGatewayProxyEventV2;

/** What an event is made of. */
export interface HttpEventSource {
  readonly request: HttpRequest;
  readonly body: Buffer;
  readonly match: RouteMatch;
  readonly requestId: string;
  readonly nowMs: number;
  /** Whether it comes through a function URL, and not through an HTTP API: nobody waits in between. Default false. */
  readonly viaUrl?: boolean;
}

/** Content types that travel as text; every other body, a form's too, is base64. Observed: AWS documents no list. */
const TEXT = /^(?:text\/|application\/(?:json|xml|javascript|[\w.-]+\+(?:json|xml))(?:;|\s|$))/i;

const ACCOUNT = '123456789012';
const API = 'local';

/** What function URLs are told by (Lambda developer guide, "Invoking Lambda function URLs"). */
const URL_DOMAIN = `${API}.lambda-url.us-east-1.on.aws`;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const commonLogTime = (epochMs: number): string => {
  const date = new Date(epochMs);
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
};

/** Names in lower case, values of one name joined by commas. Cookies have a field of their own; the token is not told. */
const readHeaders = (message: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(message.headersDistinct)) {
    if (name !== 'cookie' && name !== TOKEN_HEADER) headers[name] = values.join(',');
  }
  return headers;
};

const readQuery = (query: string): Record<string, string> => {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = Object.hasOwn(parameters, name) ? `${parameters[name]},${value}` : value;
  }
  return parameters;
};

const readBodyFields = (body: Buffer, headers: Readonly<Record<string, string>>) => {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = TEXT.test(headers['content-type'] ?? '') && headers['content-encoding'] === undefined;
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
};

const isEmpty = (record: object): boolean => Object.keys(record).length === 0;

/** Turns a request into an event of payload format 2.0. Fields that would be empty are left out, as there. */
export const toHttpEvent = ({
  request,
  body,
  match,
  requestId,
  nowMs,
  viaUrl,
}: HttpEventSource): HttpEvent => {
  const { message, path, method } = request;
  const headers = readHeaders(message);
  const cookies = (message.headers.cookie ?? '').split(/;\s*/).filter((cookie) => cookie !== '');
  const query = readQuery(request.query);
  const host = headers.host ?? '';
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath: path,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(!isEmpty(query) && { queryStringParameters: query }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: API,
      domainName: viaUrl ? URL_DOMAIN : (URL.parse(`http://${host}`)?.hostname ?? host),
      domainPrefix: API,
      http: {
        method,
        path,
        protocol: `HTTP/${message.httpVersion}`,
        sourceIp: message.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: match.routeKey,
      stage: '$default',
      time: commonLogTime(nowMs),
      timeEpoch: nowMs,
    },
    ...(!isEmpty(match.parameters) && { pathParameters: match.parameters }),
    ...readBodyFields(body, headers),
  };
};
