import type { BatchInput } from '../../client/batch.ts';

/** Where a batch runs: a local host inside the command, or a function that is deployed. */
export interface Target
  extends Required<Pick<BatchInput, 'functionName' | 'qualifier' | 'connection'>>,
    Pick<BatchInput, 'onStopped'> {
  /** The pictures as this function can read them, in order. */
  readonly references: readonly string[];
  /** Environments that ended in the middle of their work, as far as can be seen from here. */
  crashes(): number;
  close(): Promise<void>;
}
