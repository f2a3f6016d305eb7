import type { BatchInput } from '../../client/index.ts';
import type { Outcome, Summary } from '../../engine/index.ts';
import type { Callee } from '../../functions/orchestrate/index.ts';
import type { NamedFunction } from '../function-name.ts';
import type { Picture } from '../inputs/picture.ts';
import type { PictureArguments } from './options.ts';
import type { RunShape } from './shape.ts';

/** Where a batch runs: a local host inside the command, or a function that is deployed. */
export interface Target
  extends Required<Pick<BatchInput, 'functionName' | 'qualifier' | 'connection'>>,
    Pick<BatchInput, 'onStopped'> {
  /** How a function of the registry is called, where the run is of several. @throws InvalidRequestError for one that is not there */
  named(name: string): NamedFunction;
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
  /** The functions that it calls by name, and that run in its place. */
  readonly parts?: readonly Callee[];
  /** Its own variables on the local host. */
  readonly environment: Readonly<Record<string, string>>;
  readonly args: PictureArguments;
  readonly shape: RunShape;
}

/** What trees of a piece are run with. */
export interface PieceBatch extends Required<Pick<BatchInput, 'items' | 'options' | 'onError' | 'shape'>> {
  readonly signal: AbortSignal;
  /** The versions that answered earlier pieces, by the trees' names; grows. */
  readonly versions: Map<string, string>;
  onOutcome(index: number, outcome: Outcome<unknown>): void;
}

/** What came of a piece: its trees, as many as there are functions. */
export interface PieceResult {
  readonly trees: readonly { readonly name: string; readonly summary: Summary }[];
  /** Why it was stopped, if it was. */
  readonly stopped: Error | undefined;
}
