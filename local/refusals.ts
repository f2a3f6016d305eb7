/** What a throttled caller is told to wait. */
export const RETRY_AFTER_SECONDS = 1;

/** Why Lambda throttled, in its words (`ThrottleReason` of the Invoke API). */
export type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded';

/** An invocation error: the call never ran. Status, headers and body are what the AWS SDK parses. */
export interface Refusal {
  readonly status: number;
  /** Goes into `x-amzn-ErrorType`; the SDK's `error.name`. */
  readonly name: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
}

/** 429: no execution environment may be taken. */
export const throttled = (reason: ThrottleReason): Refusal => ({
  status: 429,
  name: 'TooManyRequestsException',
  headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  body: { Reason: reason, Type: 'User', message: 'Rate Exceeded.' },
});

/** 404: no function, version or alias of this ARN. */
export const notFound = (arn: string): Refusal => ({
  status: 404,
  name: 'ResourceNotFoundException',
  body: { Type: 'User', Message: `Function not found: ${arn}` },
});

/** 400: the payload is no JSON. */
export const notJson = (detail: string): Refusal => ({
  status: 400,
  name: 'InvalidRequestContentException',
  body: { Type: 'User', message: `Could not parse request body into json: ${detail}` },
});

/** 413: the payload is above the limit of its invocation type. */
export const requestTooLarge = (maxBytes: number): Refusal => ({
  status: 413,
  name: 'RequestTooLargeException',
  body: {
    Type: 'User',
    message: `Request must be smaller than ${maxBytes} bytes for the InvokeFunction operation`,
  },
});

/** 400: recursive loop detection stopped the chain of requests. */
export const recursiveLoop = (functionName: string): Refusal => ({
  status: 400,
  name: 'RecursiveInvocationException',
  body: {
    Type: 'User',
    Message: `Recursive loop detected: function ${functionName} was invoked too often in one chain of requests, and this invocation was stopped.`,
  },
});

/** 400: a parameter is of no form the API knows, or two of them contradict each other. */
export const invalidParameter = (message: string): Refusal => ({
  status: 400,
  name: 'InvalidParameterValueException',
  body: { Type: 'User', message },
});

/** 500: the host itself cannot run the call: it is closing, or the process could not be started. */
export const serviceFailed = (message: string): Refusal => ({
  status: 500,
  name: 'ServiceException',
  body: { Type: 'Service', Message: message },
});

/** 404: method and path are no operation of Lambda's API that this host has. */
export const unknownOperation = (method: string, path: string, known: readonly string[]): Refusal => ({
  status: 404,
  name: 'UnknownOperationException',
  body: { Message: `Expected one of ${known.join(', ')}; received ${method} ${path}` },
});

/** Why a request is not let in. */
export interface Denial {
  readonly status: 401 | 403 | 415;
  readonly message: string;
}

const DENIALS: Readonly<Record<Denial['status'], string>> = {
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  415: 'UnsupportedMediaTypeException',
};

/** 401, 403, 415: a request that a page in a browser may have sent. */
export const notAdmitted = ({ status, message }: Denial): Refusal => ({
  status,
  name: DENIALS[status],
  body: { Type: 'User', message },
});
