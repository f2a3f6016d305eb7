import type { FunctionError } from './runtime/function-error.ts';
import type { FunctionVersion } from './versions.ts';

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

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
export const exitError = (requestId: string, end: ProcessEnd): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: ${describeEnd(end)}`,
});

/** The reply for an environment killed for its memory: like the kernel's, not like an exit of its own. */
export const outOfMemory = (requestId: string): FunctionError =>
  exitError(requestId, { code: null, signal: 'SIGKILL' });

/** The reply for an environment killed at the function's time-out. */
export const timedOut = (requestId: string, { timeoutMs }: FunctionVersion): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
});
