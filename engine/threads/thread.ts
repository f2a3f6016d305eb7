import { type Transferable, Worker } from 'node:worker_threads';
import { ChildInvocationError, DeadlineExceededError } from '../../platform/index.ts';
import { type ThreadAnswer, type ToThread, threadData } from './messages.ts';

/** What a thread is started for. */
export interface ThreadInput {
  /** `file:` URL of the module that makes the handler. */
  readonly module: string;
  /** Which of the module's handlers. */
  readonly handler: string;
  /** Milliseconds that one item may take; undefined: until the signal is aborted. */
  readonly itemTimeoutMs: number | undefined;
  /** Milliseconds that an aborted item has for its end before the thread is ended with it; infinite: as long as it takes. */
  readonly abortGraceMs: number;
}

/** A worker thread that works on one item after the other. */
export interface Thread {
  /** Whether it can take another item. */
  usable(): boolean;
  /**
   * Works on an item while no other is under way.
   *
   * @param transfer what of the item is handed over rather than copied
   * @throws the signal's reason once that is aborted and the item has ended or been ended; `DeadlineExceededError` for an
   *   item that took too long; `ChildInvocationError` for a thread that ended by itself; what its module threw; a
   *   `DataCloneError` for an item or options that cannot be sent to a thread.
   */
  run(
    job: Extract<ToThread, { kind: 'work' }>,
    signal: AbortSignal,
    transfer: readonly Transferable[],
  ): Promise<ThreadAnswer>;
}

/** Starts a thread. It does not keep the process alive, except while it works. */
export const startThread = ({ module, handler, itemTimeoutMs, abortGraceMs }: ThreadInput): Thread => {
  const worker = new Worker(new URL(module), { workerData: threadData(handler) });
  const send = (message: ToThread, transfer: readonly Transferable[] = []) =>
    worker.postMessage(message, transfer);
  let usable = true;
  // the message that is waited for; the first says that the handler is made
  let next = Promise.withResolvers<string>();
  const ready = next.promise;
  // it may end while nobody waits
  ready.catch(() => {});
  const fail = (error: unknown) => {
    usable = false;
    next.reject(error);
  };
  const end = (error: Error) => {
    fail(error);
    void worker.terminate();
  };
  worker.on('message', (text: string) => next.resolve(text));
  worker.once('error', fail);
  worker.once('exit', (code) => {
    const expected = `Expected an answer of a worker thread of ${module}`;
    fail(new ChildInvocationError(`${expected}, received its end (exit code ${code}).`));
  });

  return {
    usable: () => usable,
    run: async (job, signal, transfer) => {
      signal.throwIfAborted();
      let timer: NodeJS.Timeout | undefined;
      const endAfter = (ms: number, error: () => Error) => {
        clearTimeout(timer);
        timer = setTimeout(() => end(error()), ms);
      };
      const onAbort = () => {
        send({ kind: 'abort' });
        if (abortGraceMs < Number.POSITIVE_INFINITY)
          endAfter(abortGraceMs, () => new Error('ended with its item'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      worker.ref();
      try {
        await ready;
        signal.throwIfAborted();
        if (itemTimeoutMs !== undefined) endAfter(itemTimeoutMs, () => tooLong(itemTimeoutMs));
        next = Promise.withResolvers();
        send(job, transfer);
        return JSON.parse(await next.promise);
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        worker.unref();
      }
    },
  };
};

const tooLong = (ms: number): Error =>
  new DeadlineExceededError(`Expected an item to take at most ${ms} ms; its thread was ended with it.`);
