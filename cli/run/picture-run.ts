import type { Answer, ResultShape } from '../output/format.ts';
import type { PictureArguments } from './options.ts';
import type { TargetFunction } from './target.ts';

/** Something to do with the pictures of a run, at its end. */
export interface Afterwards {
  /** Sees every answer, also those that `--resume` had already. */
  answer(answer: Answer): void;
  /** @returns whether all of it was done */
  finish(say: (line: string) => void, isComplete: boolean, signal: AbortSignal): Promise<boolean>;
}

/** A function to run over pictures, and how its results are shown. */
export interface PictureRun extends Pick<TargetFunction, 'name' | 'environment' | 'parts'> {
  readonly args: PictureArguments;
  /** What is taken where the command line names no input. */
  readonly defaultInputs?: readonly string[];
  /** The function's own options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Places beside the pictures that the function reads or writes: a model, an output. */
  readonly places: readonly string[];
  /** A place that it writes pictures to, a URL: of a folder, what is in it is no input. */
  readonly output?: string;
  /** What results depend on beside the function and its options, or instead of those. Default: nothing. */
  readonly dependsOn?: () => Promise<Readonly<Record<string, unknown>>>;
  readonly result: ResultShape;
  /** A folder of results that earlier runs have kept, and this one keeps. */
  readonly cache?: string | undefined;
  /** Whether answers are kept back, and written in groups of one tag. */
  readonly grouped?: boolean;
  /** What is done with the pictures once all answers are there. */
  readonly afterwards?: Afterwards | undefined;
  /** Said on stderr before the start. */
  readonly note?: string | undefined;
}
