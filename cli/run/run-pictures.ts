import { availableParallelism } from 'node:os';
import { runBatch } from '../../client/batch.ts';
import { openCleanUp } from '../clean-up.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { expandInputs, type Inputs } from '../inputs/expand.ts';
import type { Picture } from '../inputs/picture.ts';
import { closingLine } from '../output/closing-line.ts';
import type { Answer, ResultShape } from '../output/formats.ts';
import { openScreen, type Screen } from '../output/screen.ts';
import { onStopSignal } from '../signals.ts';
import type { Terminal } from '../terminal.ts';
import { guardAgainstBrokenFunction, isAboutFunction, withoutPicture } from './broken-function.ts';
import { type Ending, exitCodeOf, openEnd, type RunEnd } from './ending.ts';
import type { PictureArguments } from './options.ts';
import { chooseShape } from './shape.ts';
import { openTarget, type Target, type TargetFunction } from './target.ts';

/** A function to run over pictures, and how its results are shown. */
export interface PictureRun extends Pick<TargetFunction, 'name' | 'environment'> {
  readonly args: PictureArguments;
  /** What is taken where the command line names no input. */
  readonly defaultInputs?: readonly string[];
  /** The function's own options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Places beside the pictures that the function reads or writes: a model, an output. */
  readonly places: readonly string[];
  readonly result: ResultShape;
  /** Said on stderr before the start. */
  readonly note?: string | undefined;
}

/** Answers on their way to the screen, counted. */
const showAnswers = (onError: PictureArguments['onError'], screen: Screen, end: RunEnd['end']) => {
  const counts = { answered: 0, failed: 0 };
  /** Under `raise` a failure is not an answer: it is what stops the run. */
  const raised: Picture[] = [];
  const guard = guardAgainstBrokenFunction(
    (index, answer) => {
      counts.answered += 1;
      if ('error' in answer.outcome) counts.failed += 1;
      screen.answer(index, answer);
    },
    (error) => end({ kind: 'stopped', error }),
  );
  return {
    counts,
    raised,
    show: (index: number, { picture, outcome }: Answer): void => {
      if (onError === 'raise' && 'error' in outcome) raised.push(picture);
      else guard.add(index, { picture, outcome });
    },
  };
};

/** What stopped a batch, naming the picture where there is one. */
const errorOf = (stopped: Error, failed: Picture | undefined, pictures: readonly Picture[]): string => {
  if (isAboutFunction(stopped)) {
    const { name, message } = withoutPicture(stopped, pictures);
    return `${name}: ${message}`;
  }
  const text = `${stopped.name}: ${stopped.message}`;
  // most errors of the function name the picture they are about
  return failed === undefined || text.includes(failed.reference) ? text : `${failed.shown}: ${text}`;
};

/** The next piece of the batch; none once the run is ended, even if more may come. */
const nextPiece = async (
  pieces: AsyncIterator<readonly Picture[]>,
  signal: AbortSignal,
): Promise<readonly Picture[] | undefined> => {
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  const onAbort = () => resolve(undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([ended, pieces.next().then(({ value, done }) => (done ? undefined : value))]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

const isInS3 = (place: string): boolean => place.startsWith('s3://');

/** Opens the target when it is first needed, and anew when a later piece of the batch needs S3, which it cannot reach. */
const keepTarget = (
  run: PictureRun,
  shape: TargetFunction['shape'],
  terminal: Terminal,
  say: Screen['say'],
) => {
  let open: { readonly target: Target; readonly reachesS3: boolean } | undefined;
  let crashes = 0;
  const close = async (): Promise<void> => {
    crashes += open?.target.crashes() ?? 0;
    await open?.target.close();
    open = undefined;
  };
  return {
    for: async (pictures: readonly Picture[]): Promise<Target> => {
      const reachesS3 = [...run.places, ...pictures.map(({ reference }) => reference)].some(isInS3);
      if (open !== undefined && (open.reachesS3 || !reachesS3)) return open.target;
      await close();
      const target = await openTarget({ ...run, shape }, { reachesS3, terminal, say });
      open = { target, reachesS3 };
      return target;
    },
    crashes: () => crashes + (open?.target.crashes() ?? 0),
    close,
  };
};

const lookUp = ({ args, defaultInputs = [] }: PictureRun, terminal: Terminal): Promise<Inputs> => {
  const words = args.inputs.length === 0 ? defaultInputs : args.inputs;
  const { exclude, follow, null: nul } = args;
  return expandInputs(words, {
    ...{ cwd: terminal.cwd(), exclude, follow, nul },
    get stdin() {
      return terminal.stdin;
    },
  });
};

/** The exit code: a run that never got to a picture is as wrong as a command line; what is not looked up is missing. */
const codeOf = (ending: Ending, failures: number, answered: number, { unreadable }: Inputs): ExitCode => {
  if (ending.kind === 'stopped' && answered === 0 && isAboutFunction(ending.error)) return exitCodes.usage;
  return exitCodeOf(ending, failures + unreadable);
};

/**
 * Runs a function over pictures: looks them up, opens what it runs on, is the root of the tree from outside, shows the
 * answers as they come, and says at the end what it took. Nothing it started outlives it, whatever ends it.
 *
 * @returns the exit code; what goes wrong in the run is said on stderr
 * @throws InvalidRequestError or ConfigurationError for what the command line names wrongly, before anything is started
 */
export const runPictures = async (run: PictureRun, terminal: Terminal): Promise<ExitCode> => {
  const startMs = performance.now();
  const { args } = run;
  const shape = chooseShape(args, availableParallelism());
  const inputs = await lookUp(run, terminal);
  const { signal, end, ending } = openEnd();
  await using cleanUp = openCleanUp();
  cleanUp.defer(inputs.close);

  const screen = await openScreen({
    terminal,
    format: args.format,
    shape: run.result,
    onUnwritable: (kind) => end({ kind }),
  });
  cleanUp.defer(screen.close);
  cleanUp.defer(onStopSignal(terminal, (name) => end({ kind: 'interrupted', signal: name })));
  for (const note of inputs.notes) screen.say(note);
  if (run.note !== undefined) screen.say(run.note);
  const { counts, raised, show } = showAnswers(args.onError, screen, end);
  const targets = keepTarget(run, shape, terminal, screen.say);
  cleanUp.defer(targets.close);

  const total = { pictures: 0, invocations: 0, depth: 0 };
  const pieces = inputs.pieces[Symbol.asyncIterator]();
  let seen: readonly Picture[] = [];
  let version: string | undefined;
  for (
    let piece = await nextPiece(pieces, signal);
    piece !== undefined;
    piece = await nextPiece(pieces, signal)
  ) {
    const pictures = piece;
    const base = total.pictures;
    seen = pictures;
    total.pictures += pictures.length;
    screen.expect(pictures.length);
    const target = await targets.for(pictures);
    const batch = await runBatch({
      ...target,
      version,
      options: run.options,
      onError: args.onError,
      shape: { maxWork: shape.maxWork, maxLanes: shape.parallel, slots: shape.slots },
      items: await target.send(pictures, signal),
      signal,
      onOutcome: (index, outcome) => {
        const picture = pictures[index];
        if (picture !== undefined) show(base + index, { picture, outcome });
      },
    });
    total.invocations += batch.summary.invocations;
    total.depth = Math.max(total.depth, batch.summary.depth);
    version = batch.summary.version;
    if (batch.stopped) end({ kind: 'stopped', error: batch.stopped });
  }
  const elapsedMs = performance.now() - startMs;
  screen.close();

  const ended = ending();
  const stoppedBy = ended.kind === 'stopped' ? ended.error : undefined;
  const failures = counts.failed + (stoppedBy !== undefined && !isAboutFunction(stoppedBy) ? 1 : 0);
  if (stoppedBy !== undefined) screen.say(`error: ${errorOf(stoppedBy, raised[0], seen)}`);
  if (ended.kind !== 'reader gone') {
    screen.say(
      closingLine({
        ...total,
        ...{ answered: counts.answered, failures, crashes: targets.crashes(), elapsedMs },
        early: ended.kind === 'complete' ? undefined : ended.kind,
      }),
    );
  }
  return codeOf(ended, failures, counts.answered, inputs);
};
