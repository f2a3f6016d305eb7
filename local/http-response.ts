import { type OutgoingHttpHeaders, validateHeaderName, validateHeaderValue } from 'node:http';
import { isRecord } from '../platform/index.ts';
import type { HttpReply } from './http-server.ts';

/** A body of API Gateway's own: `{"message": …}`. */
export const gatewayError = (status: number, message: string): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
});

/** The answer to a function that failed, was throttled, or returned what is no response. */
export const internalServerError = (): HttpReply => gatewayError(500, 'Internal Server Error');

const isStatus = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 200 && value <= 599;

/** Headers that are the server's to say: the length is that of what is sent, not of its base64. */
const OF_THE_CONNECTION = ['content-length', 'transfer-encoding', 'connection', 'keep-alive'];

/** Headers of a response; undefined when one of them cannot be sent. */
const readHeaders = (headers: unknown, cookies: unknown): OutgoingHttpHeaders | undefined => {
  const read: OutgoingHttpHeaders = {};
  try {
    for (const [name, value] of Object.entries(isRecord(headers) ? headers : {})) {
      if (OF_THE_CONNECTION.includes(name.toLowerCase())) continue;
      validateHeaderName(name);
      validateHeaderValue(name, String(value));
      read[name.toLowerCase()] = String(value);
    }
    if (Array.isArray(cookies)) {
      for (const cookie of cookies) validateHeaderValue('set-cookie', String(cookie));
      read['set-cookie'] = cookies.map(String);
    }
    return read;
  } catch {
    return undefined;
  }
};

/** The status and the headers of a response; undefined when they cannot be sent. */
export const readHead = ({
  statusCode,
  headers,
  cookies,
}: Readonly<Record<string, unknown>>): Omit<HttpReply, 'body'> | undefined => {
  const read = readHeaders(headers, cookies);
  return isStatus(statusCode) && read ? { status: statusCode, headers: read } : undefined;
};

/** What API Gateway makes of a result without `statusCode`: a 200 with the result as its JSON body. */
const infer = (result: unknown): HttpReply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: typeof result === 'string' ? result : JSON.stringify(result),
});

/**
 * Turns a function's result into an HTTP response, by the rules of payload format 2.0: `{statusCode, headers, cookies,
 * body, isBase64Encoded}`, or any other JSON, which is the body itself. What is neither is a 500.
 */
export const toHttpResponse = (result: unknown): HttpReply => {
  if (!isRecord(result) || !Object.hasOwn(result, 'statusCode')) return infer(result);
  const { body = '', isBase64Encoded = false } = result;
  const head = readHead(result);
  if (head === undefined || typeof body !== 'string') return internalServerError();
  return {
    status: head.status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...head.headers },
    body: isBase64Encoded === true ? Buffer.from(body, 'base64') : body,
  };
};
