import { isUtf8 } from 'node:buffer';
import { REPLY_MAX_BYTES } from '../../platform/index.ts';
import { type FunctionError, runtimeError, toFunctionError } from './function-error.ts';
import type { EnvironmentMessage, InvokeMessage } from './messages.ts';
import { createResponseStream, type SendChunk, streamingHandler } from './response-stream.ts';

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

/** What is said of a reply larger than Lambda carries whole. */
export const responseTooLarge = (): EnvironmentMessage => failure(TOO_LARGE);

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

/** What an invocation has of its host. */
export interface AnswerPort {
  /** Told of the error of a handler that failed, before the reply goes out. */
  logError(error: FunctionError): void;
  readonly sendChunk: SendChunk;
  /** Aborted when nobody reads any more. */
  readonly gone: AbortSignal;
}

/** As the runtime has it: the response is whole when the handler has ended and its stream is finished. */
const stream = async (
  handler: NonNullable<ReturnType<typeof streamingHandler>>,
  event: unknown,
  context: LambdaContext,
  { sendChunk, gone }: AnswerPort,
): Promise<EnvironmentMessage> => {
  const response = createResponseStream(sendChunk);
  const leave = () => response.destroy(new Error('aborted'));
  gone.addEventListener('abort', leave, { once: true });
  const closed = new Promise<void>((resolve) => response.on('close', resolve));
  try {
    await handler(event, response, context);
    if (!response.writableEnded && !gone.aborted) throw new Error('Response stream is not finished.');
    await closed;
    return { kind: 'returned', payload: Buffer.alloc(0) };
  } finally {
    gone.removeEventListener('abort', leave);
    // what a handler that failed has left in it would be read as the next invocation's
    response.destroy();
  }
};

/**
 * Runs the handler once and says how it ended. Whatever the handler leaves running goes on, as in Lambda's runtime.
 */
export const answer = async (
  handler: Handler,
  message: InvokeMessage,
  port: AnswerPort,
): Promise<EnvironmentMessage> => {
  const parsed = parse(message.payload);
  if ('detail' in parsed) return { kind: 'not json', detail: parsed.detail };
  const context = buildContext(message, process.env);
  const streaming = streamingHandler(handler);
  try {
    if (streaming) return await stream(streaming, parsed.event, context, port);
    const payload = serialise(await handler(parsed.event, context));
    return payload.length > REPLY_MAX_BYTES ? responseTooLarge() : { kind: 'returned', payload };
  } catch (thrown) {
    const error = toFunctionError(thrown);
    port.logError(error);
    return failure(error);
  }
};
