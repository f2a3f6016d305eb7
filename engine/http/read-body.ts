import { InvalidRequestError, parseJson, quote } from '../../platform/index.ts';
import { ENVELOPE_KEY, isEnvelope } from '../protocol/envelope.ts';
import type { HttpRequest } from './events.ts';

/** The type of a body, without parameters; empty where none is said. */
export const contentType = ({ headers }: Pick<HttpRequest, 'headers'>): string =>
  (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';

/**
 * The JSON body of an HTTP request. A body of any other type is refused, also where it is JSON: text and forms are what
 * a page may send to another site without asking it first. The internal envelope is refused, so nobody outside can set
 * depth or slots.
 *
 * @param expected the types that are taken, for the message
 * @throws InvalidRequestError
 */
export const readJsonBody = (request: HttpRequest, expected = 'application/json'): unknown => {
  const { body, isBase64Encoded } = request;
  const type = contentType(request);
  if (type !== '' && !/^application\/(?:[\w.-]{1,60}\+)?json$/i.test(type)) {
    throw new InvalidRequestError(`Expected a content-type of ${expected}, received ${quote(type)}`);
  }
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  const read = parseJson(text);
  if (read === undefined) {
    throw new InvalidRequestError(
      `Expected a JSON body, received ${text === '' ? 'an empty body' : quote(text)}`,
    );
  }
  if (!isEnvelope(read)) return read;
  throw new InvalidRequestError(`Expected a request, received the reserved key ${ENVELOPE_KEY}`);
};
