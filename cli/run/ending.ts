import { type ExitCode, exitCodes } from '../command.ts';
import type { StopSignal } from '../signals.ts';

/** How a run ended. */
export type Ending =
  | { readonly kind: 'complete' }
  | { readonly kind: 'interrupted'; readonly signal: StopSignal }
  /** Nobody reads the results any more: `| head`. */
  | { readonly kind: 'reader gone' }
  /** Results cannot be written any more: a full disk. */
  | { readonly kind: 'output failed' }
  /** The first failure under `--on-error raise`, a function that cannot work, or whatever else stopped the batch. */
  | { readonly kind: 'stopped'; readonly error: Error };

/** How a run will end: completely, unless somebody ends it before. */
export interface RunEnd {
  /** Aborted when the run is ended. */
  readonly signal: AbortSignal;
  /** Ends the run; the first one to do so says why. */
  end(ending: Exclude<Ending, { kind: 'complete' }>): void;
  ending(): Ending;
}

/** A run that nobody has ended yet. */
export const openEnd = (): RunEnd => {
  const controller = new AbortController();
  let state: Ending = { kind: 'complete' };
  return {
    signal: controller.signal,
    end: (ending) => {
      if (state.kind !== 'complete') return;
      state = ending;
      controller.abort(ending.kind === 'stopped' ? ending.error : new Error(ending.kind));
    },
    ending: () => state,
  };
};

/** The exit code of a run. */
export const exitCodeOf = (ending: Ending, failures: number): ExitCode => {
  switch (ending.kind) {
    case 'complete':
      return failures === 0 ? exitCodes.done : exitCodes.failed;
    case 'interrupted':
      return exitCodes[ending.signal];
    case 'reader gone':
      return exitCodes.done;
    case 'output failed':
    case 'stopped':
      return exitCodes.failed;
    default:
      return ending satisfies never;
  }
};
