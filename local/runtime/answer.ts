import { isUtf8 } from 'node:buffer';
import { REPLY_MAX_BYTES } from '../../platform/index.ts';
import { type FunctionError, runtimeError, toFunctionError } from './function-error.ts';
import type { EnvironmentMessage, InvokeMessage } from './messages.ts';

/** The second argument of a handler: what the Node.js 24 runtime gives (runtime interface client 4). */
export interface LambdaContext {
  readonly clientContext: unknown;
  readonly identity: undefined;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  readonly tenantId: undefined;
  readonly xRayTraceId: string;
  readonly getRemainingTimeInMillis: () => number;
  readonly functionName: string;
  readonly functionVersion: string;
  /** MB, as text: the runtime passes its environment variable on. */
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** A handler: whatever it returns or resolves to is the reply. */
export type Handler = (event: unknown, context: LambdaContext) => unknown;

/** Builds the context of one invocation from what the host sent and the environment's own variables. */
const buildContext = (message: InvokeMessage, variables: NodeJS.ProcessEnv): LambdaContext => ({
  clientContext: message.clientContext === undefined ? undefined : JSON.parse(message.clientContext),
  identity: undefined,
  invokedFunctionArn: message.invokedFunctionArn,
  awsRequestId: message.requestId,
  tenantId: undefined,
  xRayTraceId: message.traceId,
  getRemainingTimeInMillis: () => message.deadlineMs - Date.now(),
  functionName: variables.AWS_LAMBDA_FUNCTION_NAME ?? '',
  functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION ?? '',
  memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '',
  logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
  logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME ?? '',
});

const TOO_LARGE: FunctionError = {
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${REPLY_MAX_BYTES} bytes).`,
};

/** A function error as a message, whatever its size. */
export const failure = (
  error: FunctionError,
  kind: 'failed' | 'init failed' = 'failed',
): EnvironmentMessage => {
  const payload = Buffer.from(JSON.stringify(error));
  return payload.length > REPLY_MAX_BYTES
    ? failure(TOO_LARGE, kind)
    : { kind, errorType: error.errorType, payload };
};

const serialise = (result: unknown): Buffer => {
  try {
    return Buffer.from(JSON.stringify(result) ?? 'null');
  } catch (cause) {
    throw runtimeError('Runtime.JSONStringifyError', `Unable to stringify response body: ${String(cause)}`);
  }
};

const parse = (payload: Uint8Array): { readonly event: unknown } | { readonly detail: string } => {
  if (!isUtf8(payload)) return { detail: 'Invalid UTF-8' };
  try {
    return { event: JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString()) };
  } catch (thrown) {
    return { detail: String(thrown) };
  }
};

/**
 * Runs the handler once and says how it ended. Whatever the handler leaves running goes on, as in Lambda's runtime.
 *
 * @param logError told of the error of a handler that failed, before the reply goes out.
 */
export const answer = async (
  handler: Handler,
  message: InvokeMessage,
  logError: (error: FunctionError) => void,
): Promise<EnvironmentMessage> => {
  const parsed = parse(message.payload);
  if ('detail' in parsed) return { kind: 'not json', detail: parsed.detail };
  try {
    const payload = serialise(await handler(parsed.event, buildContext(message, process.env)));
    return payload.length > REPLY_MAX_BYTES ? failure(TOO_LARGE) : { kind: 'returned', payload };
  } catch (thrown) {
    const error = toFunctionError(thrown);
    logError(error);
    return failure(error);
  }
};
