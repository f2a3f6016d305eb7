import type { BatchInput } from '../../client/index.ts';
import type { Picture } from '../inputs/picture.ts';
import type { PictureArguments } from './options.ts';
import type { RunShape } from './shape.ts';

/** Where a batch runs: a local host inside the command, or a function that is deployed. */
export interface Target
  extends Required<Pick<BatchInput, 'functionName' | 'qualifier' | 'connection'>>,
    Pick<BatchInput, 'onStopped'> {
  /** The pictures as this function can read them, in order. */
  send(pictures: readonly Picture[], signal: AbortSignal): Promise<readonly string[]>;
  /** Environments that ended in the middle of their work, as far as can be seen from here. */
  crashes(): number;
  close(): Promise<void>;
}

/** The function that a target is opened for. */
export interface TargetFunction {
  /** In the registry of functions. */
  readonly name: string;
  /** Its own variables on the local host. */
  readonly environment: Readonly<Record<string, string>>;
  readonly args: PictureArguments;
  readonly shape: RunShape;
}
