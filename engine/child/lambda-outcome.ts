import { isRecord, parseJson, toWireError, type WireError } from '../../platform/index.ts';
import type { CallOutcome } from './ports.ts';

const crashName = 'ChildInvocationError';

/** How the AWS SDK itself classifies an error: whether, and why, it would have tried again. */
export type SdkErrorType = 'THROTTLING' | 'TRANSIENT' | 'SERVER_ERROR' | 'CLIENT_ERROR';

/**
 * Error types by which the platform says that the function cannot be run, whatever it is given (Lambda developer
 * guide; source of the Node.js runtime interface client).
 */
const CANNOT_RUN =
  /^Runtime\.(ImportModuleError|UserCodeSyntaxError|HandlerNotFound|MalformedHandlerName|Invalid\w+|CallbackHandlerDeprecated)$/;

/**
 * Error types by which the platform itself says that an environment ended, as opposed to a handler that threw:
 * `Runtime.ExitError`, `Runtime.OutOfMemory`, `Sandbox.Timedout` … (Lambda developer guide; runtime interface client).
 */
const isPlatformCrash = (errorType: string): boolean => /^(Runtime|Sandbox|Extension)\./.test(errorType);

/** Reads the payload of a function error. */
export const readFunctionError = (target: string, payload: string): CallOutcome => {
  const body = parseJson(payload);
  // a function error without a readable body is a crash
  const { errorType, errorMessage, trace } = isRecord(body) ? body : {};
  const message = String(errorMessage ?? (payload.slice(0, 200) || 'no error was given'));
  if (errorType === 'Function.ResponseSizeTooLarge') {
    const error = { name: 'PayloadTooLargeError', message: `${target}: ${message}` };
    return { kind: 'too-large', error };
  }
  if (typeof errorType !== 'string' || isPlatformCrash(errorType) || /Task timed out after/.test(message)) {
    const name = typeof errorType === 'string' ? errorType : '';
    const error = { name: crashName, message: `${target} crashed: ${name && `${name}: `}${message}` };
    return CANNOT_RUN.test(name) ? { kind: 'broken', error } : { kind: 'crashed', error };
  }
  return {
    kind: 'failed',
    error: { name: errorType, message },
    trace: Array.isArray(trace) ? trace.map(String) : [],
  };
};

/** Of the service's answer, also where its body could not be read; absent where there was none. */
const statusOf = (thrown: unknown): number | undefined =>
  (thrown as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;

const invocationError = (target: string, thrown: unknown): WireError => {
  const status = statusOf(thrown);
  const answer = status === undefined ? '' : `HTTP ${status}, `;
  const { name, message } = toWireError(thrown);
  return { name: crashName, message: `Could not invoke ${target}: ${answer}${name}: ${message}` };
};

/**
 * Reads what a call threw, by the SDK's own classification. What the SDK would not try again cannot be had by asking
 * again: permission, a function or qualifier that is not there, a key. Lambda answers a key or package it cannot use
 * with 502 (API reference of Invoke), which the SDK takes for a passing fault.
 */
export const readThrown = (target: string, thrown: unknown, type: SdkErrorType | undefined): CallOutcome => {
  const { name } = toWireError(thrown);
  const error = invocationError(target, thrown);
  const status = statusOf(thrown);
  if (name === 'RecursiveInvocationException') return { kind: 'refused', error };
  if (name === 'RequestTooLargeException' || status === 413) {
    return { kind: 'too-large', error: { ...error, name: 'PayloadTooLargeError' }, ran: false };
  }
  // 409: the function is being updated, or not ready yet; it did not run, and soon will
  if (type === 'THROTTLING' || status === 409) {
    const reason = (thrown as { Reason?: string }).Reason;
    return { kind: 'throttled', reason: reason ?? (name.endsWith('Exception') ? name : error.message) };
  }
  // of an answer that says it ran and cannot be read, the SDK finds the caller at fault, too
  if (type === 'CLIENT_ERROR' && status !== undefined && status >= 300)
    return { kind: 'broken', error, ran: false };
  if (/^(KMS|Invalid)\w+Exception$/.test(name) && status === 502)
    return { kind: 'broken', error, ran: false };
  return { kind: 'lost', error };
};
