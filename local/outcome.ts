import type { EnvironmentEnd } from './host-events.ts';
import type { FunctionError } from './runtime/function-error.ts';
import type { EnvironmentMessage } from './runtime/messages.ts';
import type { FunctionVersion } from './versions.ts';

/** What an invocation cost. */
export interface Cost {
  readonly durationMs: number;
  /** Only of a cold start. */
  readonly initMs?: number;
  readonly maxMemoryMb: number;
}

/** How an invocation ended in its environment. */
export type Ending =
  | { readonly kind: 'returned'; readonly payload: Buffer }
  /** A function error: by the handler, by the runtime, or by a limit. */
  | { readonly kind: 'failed'; readonly errorType: string; readonly payload: Buffer }
  | { readonly kind: 'not json'; readonly detail: string }
  /** Not the function's doing: the host closed, or the process could not be started. */
  | { readonly kind: 'service failed'; readonly detail: string };

/** An ending, and what it cost. */
export type Outcome = Ending & Cost;

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What is heard from a process: a message, its end, or that there never was one. */
export type Heard =
  | EnvironmentMessage
  | ({ readonly kind: 'ended' } & ProcessEnd)
  | { readonly kind: 'not started'; readonly cause: Error };

/** Signals as Lambda's (Go) supervisor words them; any other by its name. */
const SIGNAL_WORDS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};

const describeEnd = ({ code, signal }: ProcessEnd): string => {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNAL_WORDS[signal] ?? signal}`;
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
};

/** The reply for an environment that ended in the middle of an invocation. */
const exitError = (requestId: string, end: ProcessEnd): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: ${describeEnd(end)}`,
});

/** The reply for an environment killed for its memory: like the kernel's, not like an exit of its own. */
const outOfMemory = (requestId: string): FunctionError =>
  exitError(requestId, { code: null, signal: 'SIGKILL' });

/** The reply for an environment killed at the function's time-out. */
const timedOut = (requestId: string, { timeoutMs }: FunctionVersion): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
});

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const fail = (error: FunctionError): Ending => ({
  kind: 'failed',
  errorType: error.errorType,
  payload: Buffer.from(JSON.stringify(error)),
});

const concludeEnd = (
  heard: Heard & { kind: 'ended' },
  requestId: string,
  version: FunctionVersion,
  reason: EnvironmentEnd | undefined,
): Ending => {
  switch (reason) {
    case 'host closed':
      return { kind: 'service failed', detail: 'The local host was closed during the invocation' };
    case 'timed out':
      return fail(timedOut(requestId, version));
    case 'out of memory':
      return fail(outOfMemory(requestId));
    default:
      return fail(exitError(requestId, heard));
  }
};

/**
 * Puts what was heard of a process into the terms of the Invoke API.
 *
 * @param reason why the environment was ended, when it was the host that ended it.
 */
export const conclude = (
  heard: Heard,
  requestId: string,
  version: FunctionVersion,
  reason: EnvironmentEnd | undefined,
): Ending => {
  switch (heard.kind) {
    case 'returned':
      return { kind: 'returned', payload: asBuffer(heard.payload) };
    case 'failed':
    case 'init failed':
      return { kind: 'failed', errorType: heard.errorType, payload: asBuffer(heard.payload) };
    case 'not json':
      return heard;
    case 'not started':
      return { kind: 'service failed', detail: `No process could be started: ${heard.cause.message}` };
    case 'ended':
      return concludeEnd(heard, requestId, version, reason);
    case 'ready':
    case 'chunk':
      return { kind: 'service failed', detail: `Expected a reply, heard ${heard.kind}` };
    default:
      return heard satisfies never;
  }
};
