/** Limits of AWS, each once, with the document that states it. What we choose ourselves stands with its user. */

/** Request of a synchronous invocation: "6 MB", counted in 1,024s (Lambda quotas, `InvokeCommand` docs). */
export const SYNC_REQUEST_MAX_BYTES = 6 * 1024 * 1024;

/** Request of an `Event` invocation: 1 MB (Lambda quotas; 256 KB until 2025). */
export const EVENT_REQUEST_MAX_BYTES = 1024 * 1024;

/**
 * What is told of an asynchronous invocation to a destination, request and reply together: 256 KB (`OnSuccess` of the API
 * reference says so of topics, and nothing of functions, so the least is counted with); what is larger is not delivered.
 */
export const DESTINATION_RECORD_MAX_BYTES = 256 * 1024;

/** Reply: 6 MiB and 100 bytes (`MaxPayloadSize` of the runtime interface emulator). */
export const REPLY_MAX_BYTES = 6 * 1024 * 1024 + 100;

/** Streamed reply: 200 MB (Lambda quotas). */
export const STREAMED_REPLY_MAX_BYTES = 200 * 1024 * 1024;

/** Function time-out: up to 15 minutes (Lambda quotas). */
export const TIMEOUT_MAX_MS = 900_000;

/** Function memory: 128 MB to 10,240 MB (Lambda quotas). */
export const MEMORY_MIN_MB = 128;
export const MEMORY_MAX_MB = 10_240;

/** One whole vCPU (Lambda developer guide, configuration-memory). */
export const VCPU_MEMORY_MB = 1_769;

/** What the most memory gives: 10,240 MB are six vCPUs (Lambda developer guide, configuration-memory). */
export const VCPUS_MAX = 6;

/** vCPUs of an environment of that much memory, to the nearest whole one. */
export const vcpusOfMemory = (memoryMb: number): number =>
  Math.max(1, Math.min(Math.round(memoryMb / VCPU_MEMORY_MB), VCPUS_MAX));

/** Invocations of one chain of requests before the next is stopped ("approximately 16", recursive loop detection docs). */
export const CHAIN_MAX_INVOCATIONS = 16;

/** The init phase has ten seconds of its own, outside the function's time-out (Lambda execution environment docs). */
export const INIT_FREE_MS = 10_000;

/** `LogType: Tail` answers the last 4 KB of the log (Invoke API reference). */
export const LOG_TAIL_MAX_BYTES = 4 * 1024;

/** A log event longer than this is cut in two, as CloudWatch Logs does (256 KB per event, CloudWatch quotas). */
export const LOG_LINE_MAX_CHARS = 256 * 1024;

/** `X-Amz-Client-Context`: up to 3,583 bytes of base64 (Invoke API reference). */
export const CLIENT_CONTEXT_MAX_BYTES = 3583;

/** Body of an HTTP API request: 10 MB, not raisable (API Gateway HTTP API quotas). */
export const HTTP_BODY_MAX_BYTES = 10 * 1024 * 1024;

/**
 * What an integration behind API Gateway gets, whatever the function's own time-out: 29 s for a REST API, and the
 * longest that the CDK accepts for an HTTP API (whose quota is 30 s).
 */
export const GATEWAY_TIMEOUT_MS = 29_000;
