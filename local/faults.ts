import type { Answer, HttpReply, HttpRequest, StreamedReply } from './http-server.ts';
import { serviceFailed, throttled } from './refusals.ts';
import { refuse } from './replies.ts';

/** Something that goes wrong with one call, as it does on the way to and from Lambda now and then. */
export type Fault =
  /** 429, though there is room; the function does not run. */
  | { readonly kind: 'throttle' }
  /** 500; the function does not run. */
  | { readonly kind: 'service error' }
  /** The environment is said to have been killed; the function does not run. */
  | { readonly kind: 'crash' }
  /** The function runs, and the connection breaks before its reply. */
  | { readonly kind: 'reset' }
  /** The function runs, and its reply never comes. */
  | { readonly kind: 'hang' }
  /** The function runs, and its reply comes that much later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The function runs, and only this share (0 to 1) of its reply's bytes arrives, as if that were all. */
  | { readonly kind: 'cut'; readonly share: number }
  /** The function runs, and the reply is the one of the call before. */
  | { readonly kind: 'swap' };

/** Decides what goes wrong with the n-th call (0, 1, …) of a host's Invoke API, by its event too; undefined for nothing. */
export type ChooseFault = (call: number, payload: Uint8Array | undefined) => Fault | undefined;

const CRASHED = JSON.stringify({
  errorType: 'Runtime.ExitError',
  errorMessage:
    'RequestId: 00000000-0000-0000-0000-000000000000 Error: Runtime exited with error: signal: killed',
});

const crashed: HttpReply = {
  status: 200,
  headers: { 'content-type': 'application/json', 'x-amz-function-error': 'Unhandled' },
  body: CRASHED,
};

/** A stream is left as it is: it breaks where its function does. */
const cutTo = (reply: HttpReply | StreamedReply, share: number): HttpReply | StreamedReply => {
  if ('stream' in reply) return reply;
  const bytes = Buffer.from(reply.body);
  return { ...reply, body: bytes.subarray(0, Math.floor(bytes.length * share)) };
};

/** Puts faults between callers and the Invoke API, for tests of what must survive them. */
export const withFaults = (
  answer: Answer<HttpReply | StreamedReply>,
  choose: ChooseFault,
): Answer<HttpReply | StreamedReply> => {
  let calls = 0;
  let before: HttpReply | undefined;

  const answerAndKeep = async (request: HttpRequest): Promise<HttpReply | StreamedReply | undefined> => {
    const reply = await answer(request);
    if (reply && !('stream' in reply)) before = reply;
    return reply;
  };

  return async (request) => {
    const fault = choose(calls++, request.body);
    switch (fault?.kind) {
      case undefined:
        return answerAndKeep(request);
      case 'throttle':
        return refuse(throttled('ConcurrentInvocationLimitExceeded'));
      case 'service error':
        return refuse(serviceFailed('Injected'));
      case 'crash':
        return crashed;
      case 'reset':
        await answer(request);
        request.message.socket.destroy();
        return undefined;
      case 'hang':
        await answer(request);
        return undefined;
      case 'slow': {
        const reply = await answerAndKeep(request);
        await new Promise((resolve) => setTimeout(resolve, fault.ms));
        return reply;
      }
      case 'cut': {
        const reply = await answer(request);
        return reply && cutTo(reply, fault.share);
      }
      case 'swap': {
        const earlier = before;
        const reply = await answerAndKeep(request);
        return earlier ?? reply;
      }
      default:
        return fault satisfies never;
    }
  };
};
