import { basename } from 'node:path';
import { type BatchInput, runBatch } from '../../client/batch.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Picture } from '../inputs/picture.ts';
import { closingLine } from '../output/closing-line.ts';
import type { Answer } from '../output/results.ts';
import { openScreen, type Screen } from '../output/screen.ts';
import { onStopSignal } from '../signals.ts';
import type { Terminal } from '../terminal.ts';
import type { ClassifyArguments } from './arguments.ts';
import { guardAgainstBrokenFunction, isAboutFunction, withoutPicture } from './broken-function.ts';
import { exitCodeOf, openEnd, type RunEnd } from './ending.ts';
import { openLocalTarget } from './local-target.ts';
import type { ClassifyJob } from './prepare.ts';
import type { Target } from './target.ts';

/** Tags per picture where `--top` is not given: a table has room for three. */
const TOP = { json: 5, table: 3 } as const;

/** The batch as it is sent. */
const batchOf = (
  { shape }: ClassifyJob,
  args: ClassifyArguments,
  { functionName, qualifier, connection }: Target,
): Omit<BatchInput, 'items' | 'signal' | 'onOutcome'> => ({
  functionName,
  qualifier,
  connection,
  options: { topK: args.top ?? (args.json ? TOP.json : TOP.table) },
  onError: args.onError,
  shape: { maxWork: shape.maxWork, maxLanes: shape.parallel, slots: shape.slots },
});

/** Where the batch runs: here, or on the function that was named. */
const openTarget = async (
  job: ClassifyJob,
  args: ClassifyArguments,
  terminal: Terminal,
  { signal, say }: { signal: AbortSignal; say: (line: string) => void },
): Promise<Target> => {
  if (args.function === undefined) return openLocalTarget(job, { verbose: args.verbose, terminal, say });
  const { openDeployedTarget } = await import('../deployed/open-deployed.ts');
  return openDeployedTarget({ ...args, function: args.function }, job.pictures, { signal, onSent: () => {} });
};

/** Answers on their way to the screen, counted. */
const showAnswers = ({ onError }: ClassifyArguments, screen: Screen, end: RunEnd['end']) => {
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
const errorOf = (stopped: Error, failed: Picture | undefined, { pictures }: ClassifyJob): string => {
  if (isAboutFunction(stopped)) {
    const { name, message } = withoutPicture(stopped, pictures);
    return `${name}: ${message}`;
  }
  const text = `${stopped.name}: ${stopped.message}`;
  // most errors of the function name the picture they are about
  return failed === undefined || text.includes(failed.reference) ? text : `${failed.shown}: ${text}`;
};

/**
 * Classifies the pictures of a job: starts a local host, is the root of the tree from outside, shows the answers as
 * they come, and says at the end what it took. Nothing it started outlives it, whatever ends it.
 *
 * @returns the exit code; what goes wrong is said on stderr
 */
export const runClassify = async (
  job: ClassifyJob,
  args: ClassifyArguments,
  terminal: Terminal,
): Promise<ExitCode> => {
  const startMs = performance.now();
  const { pictures, note } = job;
  const { signal, end, ending } = openEnd();
  await using cleanUp = new AsyncDisposableStack();
  if (note !== undefined) terminal.stderr.write(`${note}\n`);

  const screen = await openScreen({
    terminal,
    json: args.json,
    total: pictures.length,
    heading: `tags (${args.function ?? basename(args.model)})`,
    onReaderGone: () => end({ kind: 'reader gone' }),
  });
  cleanUp.defer(screen.close);
  cleanUp.defer(onStopSignal(terminal, (name) => end({ kind: 'interrupted', signal: name })));
  const { counts, raised, show } = showAnswers(args, screen, end);

  const target = await openTarget(job, args, terminal, { signal, say: screen.say });
  cleanUp.defer(target.close);
  const batch = await runBatch({
    ...batchOf(job, args, target),
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
  if (stoppedBy !== undefined) screen.say(`error: ${errorOf(stoppedBy, raised[0], job)}`);
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
