import { isMainThread, workerData } from 'node:worker_threads';
import type { Outcome } from '../policy/outcome.ts';
import type { WorkContext } from '../work.ts';

/** What a worker thread is told: one item at a time, and perhaps that it is to stop. */
export type ToThread =
  | {
      readonly kind: 'work';
      readonly item: unknown;
      readonly context: Pick<WorkContext<unknown>, 'deadline' | 'path' | 'options'>;
    }
  | { readonly kind: 'abort' };

/**
 * What came of an item. A thread's first message says that it has made the handler, and each later one is this as JSON:
 * what threads answer has gone the way that answers of children go.
 */
export interface ThreadAnswer {
  /** Absent for one that was aborted. */
  readonly outcome?: Outcome<unknown> | undefined;
  /** What `identify` was told. */
  readonly identified: readonly (readonly [name: string, value: string])[];
}

/** What a worker thread is started with. */
interface ThreadData {
  /** Which of its module's handlers it works for. */
  readonly drosteHandler: string;
}

/** Names what a thread is started for. */
export const threadData = (handler: string): ThreadData => ({ drosteHandler: handler });

const data: Partial<ThreadData> | null | undefined = isMainThread ? undefined : workerData;

/** The handler for which this code runs in a worker thread; undefined in the main thread, and in threads of others. */
export const servedHandler: string | undefined = data?.drosteHandler;
