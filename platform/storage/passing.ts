/** Of the system's sockets, whoever opened them. */
const cuts: ReadonlySet<unknown> = new Set([
  ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
]);

/** What took too long: the SDK's own name for it, and S3's, which is a 400 (Amazon S3 API reference, "List of error codes"). */
const timeouts: ReadonlySet<string> = new Set(['TimeoutError', 'RequestTimeout']);

/**
 * Whether a store failed in a way that the same request may not meet again: the connection was cut, or the service could
 * not. What it refuses (no such bucket, access denied), it refuses again.
 */
export const isPassing = (failure: unknown): boolean => {
  if (!(failure instanceof Error)) return false;
  const { $metadata, $retryable, $fault, code } = failure as {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $retryable?: unknown;
    readonly $fault?: string;
    readonly code?: unknown;
  };
  const isServers = ($metadata?.httpStatusCode ?? 0) >= 500 || $fault === 'server';
  // a failure of the connection has no status, and one of the credentials no request
  return $retryable !== undefined || isServers || cuts.has(code) || timeouts.has(failure.name);
};
