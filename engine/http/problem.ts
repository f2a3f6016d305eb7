import {
  DeadlineExceededError,
  DrosteError,
  fromWireError,
  toWireError,
  type WireError,
} from '../../platform/index.ts';

/** What the entrance answers; the form is that of Lambda proxy integrations. */
export interface HttpReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The response header that names the root's request id. */
export const ROOT_REQUEST_HEADER = 'x-droste-root-request-id';

/** Status by error name; 500 for every other. */
const statusOf: Readonly<Record<string, number>> = {
  InvalidRequestError: 400,
  ForbiddenReferenceError: 400,
  NotFoundError: 404,
  ConflictError: 409,
  PayloadTooLargeError: 413,
  ImageTooLargeError: 413,
  ImageFetchError: 422,
  UnsupportedImageError: 422,
  ImageDecodeError: 422,
  // nothing here is broken, and asking again is answered the same, which 409 would invite to
  FailureToleranceError: 422,
  ThrottledError: 429,
  DeadlineExceededError: 504,
};

/** What is said of an error that was not made for callers: its text may name what is inside. */
const unknown: WireError = { name: 'InternalError', message: 'Something failed inside the function.' };

/** An error as callers over HTTP are told of it. */
export const errorForCallers = (thrown: unknown): WireError => {
  const told = toWireError(thrown);
  return isForCallers(told) ? told : unknown;
};

/** Decided by name, for of an error that crossed the wire nothing else is left. */
const isForCallers = (error: WireError): boolean =>
  Object.hasOwn(statusOf, error.name) || fromWireError(error) instanceof DrosteError;

/**
 * An error as `application/problem+json` (RFC 9457). The name is part of the body (`name`), for callers who decide
 * by it, and so is the root's request id, by which its log lines are found; errors outside the family say no more than
 * that something failed inside. A batch longer than its call says how far it came (`progress`), and where longer ones go
 * (`jobs`).
 */
export const problem = (thrown: unknown, rootRequestId: string): HttpReply => {
  const { name, message } = errorForCallers(thrown);
  const status = statusOf[name] ?? 500;
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      [ROOT_REQUEST_HEADER]: rootRequestId,
      ...(status === 429 && { 'retry-after': '1' }),
    },
    body: JSON.stringify({
      type: `urn:droste:error:${name}`,
      title: name,
      status,
      detail: message,
      name,
      rootRequestId,
      ...(thrown instanceof DeadlineExceededError &&
        thrown.progress && { progress: thrown.progress, jobs: '/jobs' }),
    }),
  };
};
