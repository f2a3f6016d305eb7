import { runBatch } from '../../client/batch.ts';
import { guardAgainstBrokenFunction, isAboutFunction, withoutPicture } from '../classify/broken-function.ts';
import { exitCodeOf, openEnd, type RunEnd } from '../classify/ending.ts';
import type { RunShape } from '../classify/shape.ts';
import type { Target } from '../classify/target.ts';
import { openCleanUp } from '../clean-up.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Picture } from '../inputs/picture.ts';
import { closingLine } from '../output/closing-line.ts';
import type { ResultColumn } from '../output/result-column.ts';
import type { Answer } from '../output/results.ts';
import { openScreen, type Screen } from '../output/screen.ts';
import { onStopSignal } from '../signals.ts';
import type { Terminal } from '../terminal.ts';

/** A batch of pictures to run and to show. */
export interface PictureRun {
  readonly pictures: readonly Picture[];
  readonly shape: RunShape;
  /** The function's own options. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly onError: 'raise' | 'collect';
  /** NDJSON instead of a table. */
  readonly json: boolean;
  /** Heading of the results in a table, and how they are written there; default: as tags. */
  readonly heading: string;
  readonly column?: ResultColumn;
  /** Said on stderr before the start. */
  readonly note?: string | undefined;
  /** Opens where it runs. */
  openTarget(running: {
    readonly signal: AbortSignal;
    readonly say: (line: string) => void;
  }): Promise<Target>;
}

/** Answers on their way to the screen, counted. */
const showAnswers = ({ onError }: PictureRun, screen: Screen, end: RunEnd['end']) => {
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
const errorOf = (stopped: Error, failed: Picture | undefined, { pictures }: PictureRun): string => {
  if (isAboutFunction(stopped)) {
    const { name, message } = withoutPicture(stopped, pictures);
    return `${name}: ${message}`;
  }
  const text = `${stopped.name}: ${stopped.message}`;
  // most errors of the function name the picture they are about
  return failed === undefined || text.includes(failed.reference) ? text : `${failed.shown}: ${text}`;
};

/**
 * Runs a batch of pictures: opens what it runs on, is the root of the tree from outside, shows the answers as they
 * come, and says at the end what it took. Nothing it started outlives it, whatever ends it.
 *
 * @returns the exit code; what goes wrong is said on stderr
 */
export const runPictures = async (run: PictureRun, terminal: Terminal): Promise<ExitCode> => {
  const startMs = performance.now();
  const { pictures, note, shape } = run;
  const { signal, end, ending } = openEnd();
  await using cleanUp = openCleanUp();
  if (note !== undefined) terminal.stderr.write(`${note}\n`);

  const screen = await openScreen({
    terminal,
    json: run.json,
    total: pictures.length,
    heading: run.heading,
    ...(run.column !== undefined && { column: run.column }),
    onReaderGone: () => end({ kind: 'reader gone' }),
  });
  cleanUp.defer(screen.close);
  cleanUp.defer(onStopSignal(terminal, (name) => end({ kind: 'interrupted', signal: name })));
  const { counts, raised, show } = showAnswers(run, screen, end);

  const target = await run.openTarget({ signal, say: screen.say });
  cleanUp.defer(target.close);
  const batch = await runBatch({
    functionName: target.functionName,
    qualifier: target.qualifier,
    connection: target.connection,
    ...(target.onStopped && { onStopped: target.onStopped }),
    options: run.options,
    onError: run.onError,
    shape: { maxWork: shape.maxWork, maxLanes: shape.parallel, slots: shape.slots },
    items: target.references,
    signal,
    onOutcome: (index, outcome) => {
      const picture = pictures[index];
      if (picture !== undefined) show(index, { picture, outcome });
    },
  });
  const elapsedMs = performance.now() - startMs;
  if (batch.stopped) end({ kind: 'stopped', error: batch.stopped });
  screen.close();

  const ended = ending();
  const stoppedBy = ended.kind === 'stopped' ? ended.error : undefined;
  const failures = counts.failed + (stoppedBy !== undefined && !isAboutFunction(stoppedBy) ? 1 : 0);
  if (stoppedBy !== undefined) screen.say(`error: ${errorOf(stoppedBy, raised[0], run)}`);
  if (ended.kind !== 'reader gone') {
    screen.say(
      closingLine({
        ...batch.summary,
        pictures: pictures.length,
        answered: counts.answered,
        failures,
        crashes: target.crashes(),
        elapsedMs,
        early: ended.kind === 'complete' ? undefined : ended.kind,
      }),
    );
  }
  return exitCodeOf(ended, failures);
};
