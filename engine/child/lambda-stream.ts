import {
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamCompleteEvent,
  type InvokeWithResponseStreamResponseEvent,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { isRecord, parseJson, STREAMED_REPLY_MAX_BYTES } from '../../platform/index.ts';
import { readFunctionError } from './lambda-outcome.ts';
import type { CallOutcome, ChildCall } from './ports.ts';

/** Text in lines: told as each comes to its end, and what is left without one. */
const createLineReader = (onLine: (line: string) => void) => {
  let open: string[] = [];
  let length = 0;
  return {
    read: (text: string): void => {
      const [first = '', ...more] = text.split('\n');
      open.push(first);
      length += first.length;
      for (const next of more) {
        onLine(open.join(''));
        open = [next];
        length = next.length;
      }
    },
    /** Characters of it so far. */
    restLength: () => length,
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

/**
 * Reads a streamed reply to its end. One that ends without saying so was cut off.
 *
 * @param lineMax characters; a line is held until it has come to its end, and that of a longer one is not waited for
 */
export const readStream = async (
  target: string,
  events: AsyncIterable<InvokeWithResponseStreamResponseEvent>,
  onLine: (line: string) => void,
  lineMax = STREAMED_REPLY_MAX_BYTES,
): Promise<CallOutcome> => {
  const lines = createLineReader(onLine);
  // a character may be in two pieces
  const decoder = new TextDecoder();
  let complete: InvokeWithResponseStreamCompleteEvent | undefined;
  for await (const { PayloadChunk, InvokeComplete } of events) {
    if (PayloadChunk?.Payload) lines.read(decoder.decode(PayloadChunk.Payload, { stream: true }));
    if (lines.restLength() > lineMax) {
      const message = `Expected lines of at most ${lineMax} characters of ${target}, received a longer one.`;
      return { kind: 'too-large', error: { name: 'PayloadTooLargeError', message } };
    }
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
  const leaving = new AbortController();
  let isRead = false;
  try {
    const { EventStream = [] } = await client.send(command, {
      abortSignal: AbortSignal.any([abortSignal, leaving.signal]),
    });
    const events = EventStream as AsyncIterable<InvokeWithResponseStreamResponseEvent>;
    const outcome = await readStream(target, events, onLine);
    isRead = outcome.kind !== 'too-large';
    return outcome;
  } finally {
    // of a stream that is read no further, the SDK keeps the connection open
    if (!isRead) leaving.abort();
  }
};
