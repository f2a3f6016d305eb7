import { availableParallelism } from 'node:os';
import { openCleanUp } from '../clean-up.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import type { Picture } from '../inputs/picture.ts';
import { formatCount } from '../output/amounts.ts';
import { closingLine } from '../output/closing-line.ts';
import type { Answer } from '../output/format.ts';
import { openScreen, type Screen } from '../output/screen.ts';
import type { openRecord } from '../report/record.ts';
import { onStopSignal } from '../signals.ts';
import type { Terminal } from '../terminal.ts';
import { guardAgainstBrokenFunction, isAboutFunction } from './broken-function.ts';
import { codeOf, endOfWatch, errorOf, howToGoOn, openEnd, type RunEnd } from './ending.ts';
import { openKnownResults } from './known-results.ts';
import { keepTarget } from './open-target.ts';
import type { PictureArguments } from './options.ts';
import type { PictureRun } from './picture-run.ts';
import { lookUp, nextPiece, rehearse } from './pieces.ts';
import { runPiece } from './run-piece.ts';
import { chooseShape } from './shape.ts';
import type { Usage } from './usage.ts';

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

/** Prices are loaded when there is something to price. */
const priced = async (used: Usage | undefined) =>
  used && { ...used, usd: (await import('../report/price.ts')).priceOf(used.billedMs, used.invocations) };

/** Loaded by the runs that are drawn. */
const openRecordOf = async (args: PictureArguments, run: Parameters<typeof openRecord>[1]) =>
  [args.report, args.trace, args.truth].some((asked) => asked !== undefined)
    ? (await import('../report/record.ts')).openRecord(args, run)
    : undefined;

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
  const inputs = await lookUp(args, run, terminal);
  if (args.dryRun) return rehearse(inputs, args, terminal);
  const recorded = { name: run.name, where: args.function, shape: run.result, cwd: terminal.cwd() };
  const record = await openRecordOf(args, recorded);
  const { signal, end, ending } = openEnd();
  await using cleanUp = openCleanUp();
  cleanUp.defer(inputs.close);

  const { results, cache } = await openKnownResults(run, terminal, (error) =>
    end({ kind: 'stopped', error }),
  );
  if (results !== undefined) cleanUp.defer(results.close);
  const screen = await openScreen({
    writer: results,
    terminal,
    format: args.format,
    shape: run.result,
    grouped: run.grouped ?? false,
    pathEnd: args.null ? '\0' : '\n',
    quiet: args.quiet,
    onUnwritable: (kind) => end({ kind }),
  });
  cleanUp.defer(screen.close);
  cleanUp.defer(onStopSignal(terminal, (name) => end({ kind: 'interrupted', signal: name })));
  for (const note of inputs.notes) screen.say(note);
  if (results && results.unreadable > 0)
    screen.say(`${args.resume}: ${formatCount(results.unreadable, 'line')} of it no results`);
  if (run.note !== undefined) screen.note(run.note);
  if (args.watch) screen.note('watching for more pictures until Ctrl-C');
  const { counts, raised, show } = showAnswers(args.onError, screen, end);
  const targets = keepTarget(run, shape, terminal, screen.say);
  cleanUp.defer(targets.close);

  const total = { pictures: 0, invocations: 0, depth: 0 };
  const pieces = inputs.pieces[Symbol.asyncIterator]();
  const looked: Picture[] = [];
  const versions = new Map<string, string>();
  const next = () => nextPiece(pieces, signal, (error) => end({ kind: 'stopped', error }));
  for (let piece = await next(); piece !== undefined; piece = await next()) {
    looked.push(...piece);
    const pictures: Picture[] = [];
    for (const picture of piece) {
      const kept = picture.changed ? undefined : results?.resultsOf(picture);
      if (kept === undefined) pictures.push(picture);
      else run.afterwards?.answer({ picture, outcome: { results: kept.results } });
    }
    if (pictures.length === 0) continue;
    const base = total.pictures;
    total.pictures += pictures.length;
    screen.expect(pictures.length);
    const batch = await runPiece(pictures, {
      ...{ parts: run.parts, versions, cache, signal, onError: args.onError, target: targets.for },
      options: { ...run.options, ...record?.asks(pictures.length) },
      shape: { maxWork: shape.maxWork, maxLanes: shape.parallel, slots: shape.slots },
      onAnswer: (index, answer) => {
        const told = record?.answer(base + index, answer) ?? answer;
        run.afterwards?.answer(told);
        show(base + index, told);
      },
    });
    if (args.watch) screen.flush();
    if (batch === undefined) continue;
    for (const { summary } of batch.trees) {
      total.invocations += summary.invocations;
      total.depth = Math.max(total.depth, summary.depth);
    }
    record?.batch(batch.trees);
    if (batch.stopped) end({ kind: 'stopped', error: batch.stopped });
  }
  const elapsedMs = performance.now() - startMs;
  screen.close();

  const ended = endOfWatch(ending(), args, counts.answered === total.pictures);
  const stoppedBy = ended.kind === 'stopped' ? ended.error : undefined;
  const failures = counts.failed + (stoppedBy !== undefined && !isAboutFunction(stoppedBy) ? 1 : 0);
  if (stoppedBy !== undefined) screen.say(`error: ${errorOf(stoppedBy, raised[0], looked)}`);
  const used = await priced(targets.used());
  if (ended.kind !== 'reader gone') {
    screen.note(
      closingLine({
        ...total,
        ...{ answered: counts.answered, failures, crashes: targets.crashes(), elapsedMs },
        used,
        early: ended.kind === 'complete' ? undefined : ended.kind,
      }),
    );
  }
  const unwritten = await record?.write(elapsedMs, signal, used?.usd).catch((error: Error) => error);
  if (unwritten) screen.say(`error: ${unwritten.message}`);
  await cache
    ?.close()
    .catch((error: Error) => screen.say(`--cache: results were not kept: ${error.message}`));
  if (results !== undefined && ended.kind === 'complete') results.complete(looked);
  const isFinished = (await run.afterwards?.finish(screen.say, ended.kind === 'complete', signal)) ?? true;
  for (const line of howToGoOn(ended, args, failures)) screen.note(line);
  // it may have been stopped since
  const last = ended.kind === 'complete' && !args.watch ? ending() : ended;
  const code = codeOf(last, failures, counts.answered, inputs);
  return (unwritten || !isFinished) && code === exitCodes.done ? exitCodes.failed : code;
};
