import { toWireError } from '../errors.ts';

/** What the entrance answers; the form is that of Lambda proxy integrations. */
export interface HttpReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Status by error name; 500 for every other. */
const statusOf: Readonly<Record<string, number>> = {
  InvalidRequestError: 400,
  ForbiddenReferenceError: 400,
  PayloadTooLargeError: 413,
  ImageTooLargeError: 413,
  ImageFetchError: 422,
  UnsupportedImageError: 422,
  ImageDecodeError: 422,
  ThrottledError: 429,
  DeadlineExceededError: 504,
};

/**
 * An error as `application/problem+json` (RFC 9457). The name is part of the body (`name`), for callers who decide
 * by it; errors outside the family say no more than that something failed inside.
 */
export const problem = (thrown: unknown): HttpReply => {
  const { name, message } = toWireError(thrown);
  const status = statusOf[name] ?? 500;
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: `urn:droste:error:${name}`, title: name, status, detail: message, name }),
  };
};
