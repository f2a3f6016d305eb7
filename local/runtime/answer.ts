import { isUtf8 } from 'node:buffer';
import { REPLY_MAX_BYTES } from '../../platform/aws-quotas.ts';
import { buildContext } from './context.ts';
import { type FunctionError, runtimeError, toFunctionError } from './function-error.ts';
import type { Handler } from './load-handler.ts';
import type { EnvironmentMessage, InvokeMessage } from './messages.ts';

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
