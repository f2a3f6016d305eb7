import { fullJitterMs } from '../../engine/policy/index.ts';
import { ModelLoadError, pause } from '../../platform/index.ts';

/** Tries after one that failed and brought nothing. A try that brought something counts as the first. */
const MAX_RETRIES = 3;

const waits = { baseMs: 500, capMs: 8_000 } as const;

/** The longest a server may ask for. */
const MAX_RETRY_AFTER_MS = 60_000;

/** A failure that another try may not meet. */
export class PassingFailure extends Error {
  override readonly name = 'PassingFailure';
  /** Wait that the server asked for. */
  readonly afterMs: number;

  constructor(message: string, { cause, afterMs = 0 }: { cause?: unknown; afterMs?: number } = {}) {
    super(message, { cause });
    this.afterMs = afterMs;
  }
}

export interface TryOptions {
  readonly signal: AbortSignal;
  /** Default: real time. */
  readonly pause?: typeof pause;
  /** How much is done; a try that made it more is no fruitless one. Default: nothing ever. */
  readonly reached?: () => Promise<number>;
}

/**
 * Tries until it is done: again after a {@link PassingFailure}, with exponential waits and full jitter (or the wait the
 * server asks for), until four tries in a row have brought nothing.
 *
 * @param where what is tried, for the message
 * @throws ModelLoadError saying what happened last; whatever else a try throws; the signal's reason
 */
export const tryAgain = async <Result>(
  where: string,
  attempt: () => Promise<Result>,
  { signal, pause: wait = pause, reached = async () => 0 }: TryOptions,
): Promise<Result> => {
  let before = await reached();
  for (let fruitless = 0; ; ) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (failure) {
      signal.throwIfAborted();
      if (!(failure instanceof PassingFailure)) throw failure;
      const now = await reached();
      fruitless = now > before ? 0 : fruitless + 1;
      before = now;
      if (fruitless > MAX_RETRIES) {
        const message = `${where}: expected an answer, received ${failure.message}, ${fruitless} times`;
        throw new ModelLoadError(message, { cause: failure });
      }
      const backoffMs = fullJitterMs(fruitless + 1, Math.random(), waits);
      await wait(Math.max(backoffMs, Math.min(failure.afterMs, MAX_RETRY_AFTER_MS)), signal);
    }
  }
};
