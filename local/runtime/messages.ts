/** The invocation as the host hands it to an execution environment. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly invokedFunctionArn: string;
  /** Epoch ms at which the host kills the environment. */
  readonly deadlineMs: number;
  /** For `_X_AMZN_TRACE_ID`. */
  readonly traceId: string;
  /** JSON, decoded from `X-Amz-Client-Context`. */
  readonly clientContext?: string;
  /** The event, as it came; JSON or not. */
  readonly payload: Uint8Array;
}

/** What the host says to an environment of the invocation under way, where its reply is streamed. */
export type ReaderMessage =
  /** There is room for the next piece. */
  | { readonly kind: 'more' }
  /** Nobody reads any more. */
  | { readonly kind: 'gone' };

/** What the host says. */
export type HostMessage = InvokeMessage | ReaderMessage;

/**
 * What an execution environment says to its host, one at a time: once after init, then once per invocation. A handler that
 * streams says `chunk` before, and waits for `more` after each.
 */
export type EnvironmentMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init failed'; readonly errorType: string; readonly payload: Uint8Array }
  | { readonly kind: 'chunk'; readonly payload: Uint8Array }
  | { readonly kind: 'returned'; readonly payload: Uint8Array }
  | { readonly kind: 'failed'; readonly errorType: string; readonly payload: Uint8Array }
  /** The event was no JSON: the handler never saw it. */
  | { readonly kind: 'not json'; readonly detail: string };

/**
 * Written to stdout and to stderr before the reply is sent, so that the host knows when it has read all that an
 * invocation logged: pipes and the IPC channel have no order among them. NUL keeps it apart from text.
 */
export const endOfLog = (requestId: string): string => `\0${requestId}\0`;
