import { type ExitCode, exitCodes } from '../command.ts';
import type { Inputs } from '../inputs/expand.ts';
import type { Picture } from '../inputs/picture.ts';
import type { StopSignal } from '../signals.ts';
import { isAboutFunction, withoutPicture } from './broken-function.ts';
import type { PictureArguments } from './options.ts';

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

/** Ctrl-C while it waits for more is how a watch ends. */
export const endOfWatch = (
  ending: Ending,
  { watch }: Pick<PictureArguments, 'watch'>,
  isIdle: boolean,
): Ending => (watch && isIdle && ending.kind === 'interrupted' ? { kind: 'complete' } : ending);

const exitCodeOf = (ending: Ending, failures: number): ExitCode => {
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

/** What stopped a batch, naming the picture where there is one. */
export const errorOf = (
  stopped: Error,
  failed: Picture | undefined,
  pictures: readonly Picture[],
): string => {
  if (isAboutFunction(stopped)) {
    const { name, message } = withoutPicture(stopped, pictures);
    return `${name}: ${message}`;
  }
  const text = `${stopped.name}: ${stopped.message}`;
  // most errors of the function name the picture they are about
  return failed === undefined || text.includes(failed.reference) ? text : `${failed.shown}: ${text}`;
};

/** What is said at the end of a run that left pictures to do. */
export const howToGoOn = (
  { kind }: Ending,
  { resume, format, quiet }: Pick<PictureArguments, 'resume' | 'format' | 'quiet'>,
  failures: number,
): readonly string[] => {
  if (quiet || kind === 'reader gone' || (kind === 'complete' && failures === 0)) return [];
  if (resume !== undefined) return [`${resume} is kept: the same command does what it lacks or what failed`];
  if (kind !== 'interrupted' || format !== 'ndjson') return [];
  return ['to go on where it stopped: the same command with --resume <file of these results>'];
};

/** The exit code: a run that never got to a picture is as wrong as a command line; what is not looked up is missing. */
export const codeOf = (
  ending: Ending,
  failures: number,
  answered: number,
  { unreadable }: Pick<Inputs, 'unreadable'>,
): ExitCode => {
  if (ending.kind === 'stopped' && answered === 0 && isAboutFunction(ending.error)) return exitCodes.usage;
  return exitCodeOf(ending, failures + unreadable);
};
