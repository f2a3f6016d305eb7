import { inOrder } from '../../platform/index.ts';
import { columnsOf, isReaderGone, type Terminal } from '../terminal.ts';
import type { Answer, ResultShape, ResultWriter } from './format.ts';
import { type FormatName, formats } from './formats.ts';
import { groupedByTag } from './grouped.ts';
import { paintFor } from './paint.ts';
import { openProgress } from './progress.ts';
import { wrapped } from './text.ts';

/** What a run shows: results on stdout, everything else on stderr. */
export interface Screen {
  /** So many more pictures are on their way. */
  expect(pictures: number): void;
  /** Shows an answer as soon as all before it are there. */
  answer(index: number, answer: Answer): void;
  /** Shows what a format keeps back for its looks. */
  flush(): void;
  /** Prints a line on stderr: what is wrong. */
  say(line: string): void;
  /** Prints a line on stderr that is only news; not where it is to be quiet. */
  note(line: string): void;
  /** Shows the answers that waited for others, and removes the progress bar. */
  close(): void;
}

/** What is shown, and how. */
export interface ScreenOptions {
  readonly terminal: Pick<Terminal, 'stdout' | 'stderr' | 'env' | 'on' | 'off'>;
  readonly format: FormatName;
  readonly shape: ResultShape;
  /** Where answers go instead of stdout. */
  readonly writer?: ResultWriter | undefined;
  /** Whether answers are kept back, and written in groups of one tag. */
  readonly grouped: boolean;
  /** What ends a path in the format of that name. */
  readonly pathEnd: '\n' | '\0';
  /** Whether only errors are said, and no progress is shown. */
  readonly quiet: boolean;
  /** Called when stdout takes nothing any more: its reader is gone, or a disk is full. */
  readonly onUnwritable: (why: 'reader gone' | 'output failed') => void;
}

/** Opens the screen of a run; with a progress bar where stderr is a terminal. */
export const openScreen = async (options: ScreenOptions): Promise<Screen> => {
  const { terminal, format, shape, pathEnd, quiet, onUnwritable } = options;
  const { stdout, stderr, env } = terminal;
  const progress = await openProgress(quiet ? {} : stderr, 'pictures');
  const counts = { expected: 0, done: 0, failed: 0 };
  const showProgress = () => progress.at(counts.done, counts.expected, counts.failed);

  // the bar switches line wrapping off: a process that exits at once must not leave the terminal so
  terminal.on('exit', progress.stop);
  stdout.on('error', (failure) => onUnwritable(isReaderGone(failure) ? 'reader gone' : 'output failed'));

  const stdoutWriter = () =>
    formats[format]({
      // a pipe is no place the bar could be in the way of
      print: (text) => void (stdout.isTTY ? progress.above(() => stdout.write(text)) : stdout.write(text)),
      columns: columnsOf(stdout),
      paint: paintFor(stdout, env),
      pathEnd,
      shape,
    });
  const plain = options.writer ?? (await stdoutWriter());
  const writer = options.grouped ? groupedByTag(plain, shape) : plain;
  const say = (line: string): void =>
    progress.above(() => stderr.write(`${wrapped(line, columnsOf(stderr))}\n`));
  let isClosed = false;
  const ordered = inOrder<Answer>((_, answer) => writer.write(answer));
  return {
    expect: (pictures) => {
      counts.expected += pictures;
      showProgress();
    },
    answer: (index, answer) => {
      counts.done += 1;
      if ('error' in answer.outcome) counts.failed += 1;
      showProgress();
      ordered.add(index, answer);
    },
    flush: () => writer.flush?.(),
    say,
    note: quiet ? () => {} : say,
    close: () => {
      if (isClosed) return;
      isClosed = true;
      terminal.off('exit', progress.stop);
      progress.stop();
      ordered.flush();
      writer.end();
    },
  };
};
