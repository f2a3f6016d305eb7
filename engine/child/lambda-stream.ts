import {
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamCompleteEvent,
  type InvokeWithResponseStreamResponseEvent,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { isRecord, parseJson } from '../../platform/index.ts';
import { readFunctionError } from './lambda-outcome.ts';
import type { CallOutcome, ChildCall } from './ports.ts';

/** Text in lines: told as each comes to its end, and what is left without one. */
const createLineReader = (onLine: (line: string) => void) => {
  let open: string[] = [];
  return {
    read: (text: string): void => {
      const [first = '', ...more] = text.split('\n');
      open.push(first);
      for (const next of more) {
        onLine(open.join(''));
        open = [next];
      }
    },
    rest: (): string => open.join(''),
  };
};

/**
 * How the error of a streamed reply is told whole: its details are that, or a text beside a code that is a type only where
 * it is the platform's own (`Runtime.ExitError`).
 */
const errorPayload = ({
  ErrorCode = '',
  ErrorDetails = '',
}: InvokeWithResponseStreamCompleteEvent): string => {
  const details = parseJson(ErrorDetails);
  if (isRecord(details) && typeof details.errorType === 'string') return ErrorDetails;
  if (/^\w+\.\w+$/.test(ErrorCode))
    return JSON.stringify({ errorType: ErrorCode, errorMessage: ErrorDetails });
  return JSON.stringify({ errorMessage: [ErrorCode, ErrorDetails].filter(Boolean).join(': ') });
};

/** Reads a streamed reply to its end. One that ends without saying so was cut off. */
export const readStream = async (
  target: string,
  events: AsyncIterable<InvokeWithResponseStreamResponseEvent>,
  onLine: (line: string) => void,
): Promise<CallOutcome> => {
  const lines = createLineReader(onLine);
  // a character may be in two pieces
  const decoder = new TextDecoder();
  let complete: InvokeWithResponseStreamCompleteEvent | undefined;
  for await (const { PayloadChunk, InvokeComplete } of events) {
    if (PayloadChunk?.Payload) lines.read(decoder.decode(PayloadChunk.Payload, { stream: true }));
    complete ??= InvokeComplete;
  }
  if (!complete) {
    const message = `The reply of ${target} was cut off.`;
    return { kind: 'lost', error: { name: 'ChildInvocationError', message } };
  }
  if (complete.ErrorCode) return readFunctionError(target, errorPayload(complete));
  return { kind: 'replied', payload: lines.rest() };
};

/** Calls by `InvokeWithResponseStream`; a function that does not stream answers in one piece. */
export const invokeStreamed = async (
  client: LambdaClient,
  { target, payload }: Pick<ChildCall, 'target' | 'payload'>,
  onLine: (line: string) => void,
  abortSignal: AbortSignal,
): Promise<CallOutcome> => {
  const command = new InvokeWithResponseStreamCommand({
    FunctionName: target,
    Payload: Buffer.from(payload),
  });
  const { EventStream = [] } = await client.send(command, { abortSignal });
  return readStream(target, EventStream as AsyncIterable<InvokeWithResponseStreamResponseEvent>, onLine);
};
