import type { Terminal } from '../terminal.ts';
import { columnsOf } from '../terminal.ts';
import { inOrder } from './in-order.ts';
import { paintFor } from './paint.ts';
import { noProgress } from './progress-line.ts';
import type { ResultColumn } from './result-column.ts';
import type { Answer, ResultWriter } from './results.ts';

/** What a run shows: results on stdout, everything else on stderr. */
export interface Screen {
  /** Shows an answer as soon as all before it are there. */
  answer(index: number, answer: Answer): void;
  /** Prints a line on stderr. */
  say(line: string): void;
  /** Shows the answers that waited for others, and removes the progress bar. */
  close(): void;
}

/** What is shown, and how. */
export interface ScreenOptions {
  readonly terminal: Pick<Terminal, 'stdout' | 'stderr' | 'env' | 'on' | 'off'>;
  readonly json: boolean;
  /** Pictures of the batch. */
  readonly total: number;
  /** Heading of the results in a table. */
  readonly heading: string;
  /** How results are written in a table. Default: as tags. */
  readonly column?: ResultColumn;
  /** Told when nobody reads stdout any more. */
  readonly onReaderGone: () => void;
}

const openWriter = async (
  { terminal: { stdout, env }, json, heading, column }: ScreenOptions,
  print: (text: string) => void,
): Promise<ResultWriter> => {
  if (json) return (await import('./ndjson.ts')).ndjsonWriter(print);
  const { tableWriter } = await import('./table.ts');
  return tableWriter(print, {
    columns: columnsOf(stdout),
    paint: paintFor(stdout, env),
    heading,
    ...(column && { column }),
  });
};

/** Opens the screen of a run; with a progress bar where stderr is a terminal. */
export const openScreen = async (options: ScreenOptions): Promise<Screen> => {
  const { terminal, total, onReaderGone } = options;
  const { stdout, stderr } = terminal;
  const progress = stderr.isTTY ? (await import('./progress.ts')).progressBar(stderr, total) : noProgress;

  // the bar switches line wrapping off: a process that exits at once must not leave the terminal so
  terminal.on('exit', progress.stop);
  stdout.on('error', onReaderGone);
  // a reader of stderr who is gone misses nothing he wants
  stderr.on('error', () => {});

  // a pipe is no place the bar could be in the way of
  const print = (text: string): void => {
    if (stdout.isTTY) progress.above(() => stdout.write(text));
    else stdout.write(text);
  };
  const writer = await openWriter(options, print);
  const ordered = inOrder<Answer>((_, answer) => writer.write(answer));
  return {
    answer: (index, answer) => {
      progress.tick('error' in answer.outcome);
      ordered.add(index, answer);
    },
    say: (line) => progress.above(() => stderr.write(`${line}\n`)),
    close: () => {
      terminal.off('exit', progress.stop);
      progress.stop();
      ordered.flush();
      writer.end();
    },
  };
};
