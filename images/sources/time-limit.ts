/** Why the signal of finished work is aborted. */
const DONE = new Error('the work is done');

/**
 * Runs `work` with a signal that is aborted after `timeoutMs`, or when `outer` is. Settles at once then, even
 * where the work does not listen: the error is `onTimeout()`, or `outer`'s reason. The signal is also aborted
 * when the work is done, so that nothing the work left behind outlives it.
 *
 * A timer and a listener that are both taken away again: `AbortSignal.any` on the long-lived signal of an
 * invocation would keep one entry per picture until the invocation ends.
 */
export const withTimeLimit = async <T>(
  timeoutMs: number,
  outer: AbortSignal | undefined,
  onTimeout: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(onTimeout()), timeoutMs);
  const follow = (): void => controller.abort(outer?.reason);
  outer?.addEventListener('abort', follow, { once: true });

  const aborted = Promise.withResolvers<never>();
  const reject = (): void => aborted.reject(controller.signal.reason);
  controller.signal.addEventListener('abort', reject, { once: true });
  try {
    return await Promise.race([aborted.promise, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', follow);
    controller.signal.removeEventListener('abort', reject);
    // without a reason it would make an exception, with its stack, for nobody
    controller.abort(DONE);
  }
};
