/** Asynchronous invocations waiting for a slot. */
export interface EventQueue {
  /** Takes an event on. It runs as soon as its function has a slot. */
  push(event: QueuedEvent): void;
  /** Starts whatever has a slot now; to be called when a slot came back. */
  pump(): void;
  /** Forgets what has not started. */
  clear(): void;
}

/** One event: tries to start, and says whether it got a slot. */
export interface QueuedEvent {
  readonly tryStart: () => boolean;
}

/**
 * A queue like Lambda's own in front of asynchronous invocations: a throttled event is not refused, it waits. Events
 * of one function start in the order they came. A failed event is not run again (`MaximumRetryAttempts` of 0; AWS's
 * default is 2, a minute and more apart).
 */
export const openEventQueue = (): EventQueue => {
  let waiting: QueuedEvent[] = [];
  const pump = (): void => {
    waiting = waiting.filter((event) => !event.tryStart());
  };
  return {
    push: (event) => {
      waiting.push(event);
      pump();
    },
    pump,
    clear: () => {
      waiting = [];
    },
  };
};
