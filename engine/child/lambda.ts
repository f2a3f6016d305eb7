import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { ConfigurationError, toWireError } from '../../platform/index.ts';
import { readFunctionError, readThrown, type SdkErrorType } from './lambda-outcome.ts';
import { invokeStreamed } from './lambda-stream.ts';
import type { CallOutcome, ChildCall, Invoke } from './ports.ts';

/** How the client is connected; everything else comes from the environment, as the AWS SDK reads it. */
export interface LambdaInvokeOptions
  extends Pick<LambdaClientConfig, 'region' | 'endpoint' | 'credentials' | 'profile'> {
  /** Calls that may be open at once; at least the number of lanes. */
  readonly maxSockets: number;
}

/** Time to connect; Lambda's endpoints answer within milliseconds. */
const CONNECTION_TIMEOUT_MS = 5_000;

/** Told when the request of the call that is being made has left. */
const departures = new AsyncLocalStorage<() => void>();

// handed to the operating system: 'finish' of the request, which the SDK keeps to itself and Node tells of
subscribe('http.client.request.start', (message) => {
  const sent = departures.getStore();
  const { request } = message as { readonly request: ClientRequest };
  if (sent && request.writableFinished) sent();
  else if (sent) request.once('finish', sent);
});

/** What the SDK would have done about an error, by error. */
const classified = new WeakMap<object, SdkErrorType>();

/**
 * No retry by the SDK: a synchronous invoke is not idempotent on the wire, and retries multiply per level. What it is
 * asked is only how it classifies the error.
 */
const classifyOnly: NonNullable<Exclude<LambdaClientConfig['retryStrategy'], undefined>> = {
  acquireInitialRetryToken: async () => ({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
  refreshRetryTokenForRetry: async (_, { error, errorType }) => {
    if (typeof error === 'object' && error !== null) classified.set(error, errorType);
    throw error;
  },
  recordSuccess: () => {},
};

/** Finds region and credentials, once. @throws ConfigurationError where there are none. */
const resolved = (client: LambdaClient): (() => Promise<void>) => {
  let resolving: Promise<void> | undefined;
  const resolve = async () => {
    try {
      await client.config.region();
      await client.config.credentials();
    } catch (error) {
      resolving = undefined;
      const { name, message } = toWireError(error);
      throw new ConfigurationError(
        `Expected a region and credentials to call functions with: ${name}: ${message}`,
        { cause: error },
      );
    }
  };
  return () => {
    resolving ??= resolve();
    return resolving;
  };
};

const invokeWhole = async (
  client: LambdaClient,
  { target, payload }: Pick<ChildCall, 'target' | 'payload'>,
  abortSignal: AbortSignal,
): Promise<CallOutcome> => {
  const command = new InvokeCommand({ FunctionName: target, Payload: payload });
  const output = await client.send(command, { abortSignal });
  const reply = output.Payload?.transformToString() ?? '';
  return output.FunctionError ? readFunctionError(target, reply) : { kind: 'replied', payload: reply };
};

/**
 * Invokes Lambda functions through the AWS SDK. It leaves to the engine what the SDK would do by itself: no retry. It
 * leaves to the SDK the `X-Amzn-Trace-Id` header, whose lineage AWS's recursive loop detection counts. The qualifier
 * goes into `FunctionName`: stand-ins of Lambda refuse the query string that `Qualifier` becomes.
 */
export const createLambdaInvoke = ({ maxSockets, ...connection }: LambdaInvokeOptions): Invoke => {
  const agent = { keepAlive: true, maxSockets };
  const client = new LambdaClient({
    ...connection,
    retryStrategy: classifyOnly,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
    },
  });
  const ready = resolved(client);
  return async (call) => {
    const { target, timeoutMs, signal, sent, onLine } = call;
    await ready();
    if (signal.aborted) return { kind: 'aborted' };
    // not AbortSignal.timeout: its timer, and all it holds, would live on for 15 minutes after every call
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), Math.max(0, timeoutMs));
    try {
      const abortSignal = AbortSignal.any([signal, timeout.signal]);
      return await departures.run(sent ?? (() => {}), () =>
        onLine ? invokeStreamed(client, call, onLine, abortSignal) : invokeWhole(client, call, abortSignal),
      );
    } catch (thrown) {
      if (signal.aborted) return { kind: 'aborted' };
      if (!timeout.signal.aborted) return readThrown(target, thrown, classified.get(thrown as object));
      const message = `${target} did not answer within ${Math.ceil(timeoutMs)} ms`;
      return { kind: 'crashed', error: { name: 'ChildInvocationError', message } };
    } finally {
      clearTimeout(timer);
    }
  };
};
