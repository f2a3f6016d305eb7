import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  EC2ThrottledException,
  InvokeCommand,
  type InvokeCommandOutput,
  LambdaClient,
  type LambdaClientConfig,
  RecursiveInvocationException,
  RequestTooLargeException,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import { toWireError, type WireError } from '../../platform/errors.ts';
import type { CallOutcome, Invoke } from './ports.ts';

/** How the client is connected; everything else comes from the environment, as the AWS SDK reads it. */
export interface LambdaInvokeOptions
  extends Pick<LambdaClientConfig, 'region' | 'endpoint' | 'credentials' | 'profile'> {
  /** Calls that may be open at once; at least the number of lanes. */
  readonly maxSockets: number;
}

/** Time to connect; Lambda's endpoints answer within milliseconds. */
const CONNECTION_TIMEOUT_MS = 5_000;

/**
 * Error types by which the platform itself says that an environment ended, as opposed to a handler that threw:
 * `Runtime.ExitError`, `Runtime.OutOfMemory`, `Sandbox.Timedout` … (Lambda developer guide; runtime interface client).
 */
const isPlatformCrash = (errorType: string): boolean => /^(Runtime|Sandbox|Extension)\./.test(errorType);

const crashName = 'ChildInvocationError';

const readFunctionError = (target: string, payload: string): CallOutcome => {
  let body: { errorType?: unknown; errorMessage?: unknown; trace?: unknown } = {};
  try {
    body = JSON.parse(payload) ?? {};
  } catch {
    // answered below: a function error without a readable body is a crash
  }
  const { errorType, errorMessage, trace } = body;
  const message = String(errorMessage ?? (payload.slice(0, 200) || 'no error was given'));
  if (errorType === 'Function.ResponseSizeTooLarge') {
    return { kind: 'too-large', error: { name: 'PayloadTooLargeError', message: `${target}: ${message}` } };
  }
  if (typeof errorType !== 'string' || isPlatformCrash(errorType) || /Task timed out after/.test(message)) {
    const name = typeof errorType === 'string' ? `${errorType}: ` : '';
    return { kind: 'crashed', error: { name: crashName, message: `${target} crashed: ${name}${message}` } };
  }
  return {
    kind: 'failed',
    error: { name: errorType, message },
    trace: Array.isArray(trace) ? trace.map(String) : [],
  };
};

const readOutput = (target: string, { FunctionError, Payload }: InvokeCommandOutput): CallOutcome => {
  const payload = Payload?.transformToString() ?? '';
  return FunctionError ? readFunctionError(target, payload) : { kind: 'replied', payload };
};

/** Of the service's answer, also where its body could not be read; absent where there was none. */
const statusOf = (thrown: unknown): number | undefined =>
  (thrown as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;

/** Node.js puts the errors of several addresses into one that has no message of its own. */
const messageOf = (thrown: unknown): string =>
  thrown instanceof AggregateError && !thrown.message
    ? thrown.errors.map((error) => toWireError(error).message).join('; ')
    : toWireError(thrown).message;

const invocationError = (target: string, thrown: unknown): WireError => {
  const status = statusOf(thrown);
  const answer = status === undefined ? '' : `HTTP ${status}, `;
  const message = `Could not invoke ${target}: ${answer}${toWireError(thrown).name}: ${messageOf(thrown)}`;
  return { name: crashName, message };
};

const readThrown = (target: string, thrown: unknown): CallOutcome => {
  if (thrown instanceof TooManyRequestsException) {
    return { kind: 'throttled', reason: thrown.Reason ?? thrown.name };
  }
  if (thrown instanceof EC2ThrottledException) return { kind: 'throttled', reason: thrown.name };
  const error = invocationError(target, thrown);
  if (thrown instanceof RequestTooLargeException) {
    return { kind: 'too-large', error: { ...error, name: 'PayloadTooLargeError' } };
  }
  if (thrown instanceof RecursiveInvocationException) return { kind: 'refused', error };
  const status = statusOf(thrown);
  if (status === 429) return { kind: 'throttled', reason: error.message };
  if (status === 413) return { kind: 'too-large', error: { ...error, name: 'PayloadTooLargeError' } };
  // 4xx: permission, no such function or qualifier, a malformed call; asking again changes nothing
  if (status !== undefined && status >= 400 && status < 500) return { kind: 'refused', error };
  if (toWireError(thrown).name === 'CredentialsProviderError') return { kind: 'refused', error };
  return { kind: 'lost', error };
};

/**
 * Invokes Lambda functions through the AWS SDK. It leaves to the engine what the SDK would do by itself: no retry
 * (`maxAttempts: 1`; a synchronous invoke is not idempotent on the wire, and retries multiply per level). It leaves
 * to the SDK the `X-Amzn-Trace-Id` header, whose lineage AWS's recursive loop detection counts. The qualifier goes
 * into `FunctionName`: stand-ins of Lambda refuse the query string that `Qualifier` becomes.
 */
export const createLambdaInvoke = ({ maxSockets, ...connection }: LambdaInvokeOptions): Invoke => {
  const agent = { keepAlive: true, maxSockets };
  const client = new LambdaClient({
    ...connection,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
    },
  });
  return async ({ target, payload, timeoutMs, signal }) => {
    // not AbortSignal.timeout: its timer, and all it holds, would live on for 15 minutes after every call
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), Math.max(0, timeoutMs));
    const command = new InvokeCommand({ FunctionName: target, Payload: payload });
    try {
      const abortSignal = AbortSignal.any([signal, timeout.signal]);
      return readOutput(target, await client.send(command, { abortSignal }));
    } catch (thrown) {
      if (signal.aborted) return { kind: 'aborted' };
      if (!timeout.signal.aborted) return readThrown(target, thrown);
      const message = `${target} did not answer within ${Math.ceil(timeoutMs)} ms`;
      return { kind: 'crashed', error: { name: crashName, message } };
    } finally {
      clearTimeout(timer);
    }
  };
};
