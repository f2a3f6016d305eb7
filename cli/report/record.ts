import { accessSync, constants } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { functionNamed } from '../../functions/index.ts';
import { InvalidRequestError, messageOf } from '../../platform/index.ts';
import { loadPage, type PageBundle, type Run, reportHtml, traceEvents } from '../../view/index.ts';
import { isPictureName } from '../inputs/picture.ts';
import type { Answer, ResultShape } from '../output/format.ts';
import { replaceFile } from '../output/replace-file.ts';
import { type KeptTree, keepTree } from './keep-tree.ts';
import { PREVIEW_CAP, type Previewed, withPreviews } from './previews.ts';
import { itemOf } from './run-of.ts';
import { readTruth } from './truth.ts';

/** What is to be kept of a run. */
export interface RecordArguments {
  /** Where the report goes. */
  readonly report?: string;
  /** Where the trace goes. */
  readonly trace?: string;
  /** What the pictures are: `folder`, or a CSV file. */
  readonly truth?: string;
}

/** A run as it is kept, to be drawn at its end. */
export interface RunRecord {
  /** @returns the answer, of the batch under way, without what only the report is for */
  answer(index: number, answer: Answer): Answer;
  /** Options that a batch of so many pictures is asked with, for what is drawn of it. */
  asks(pictures: number): Readonly<Record<string, boolean>>;
  /** The end of a batch: its trees, of several functions with their names. */
  batch: KeptTree['add'];
  /**
   * Writes what was asked for.
   *
   * @param usd what the run costs, where more is known than its receipts say: cold starts are in none
   * @throws Error where a file cannot be written
   */
  write(elapsedMs: number, signal: AbortSignal, usd?: number): Promise<void>;
}

/** Where a file goes. @throws InvalidRequestError where it cannot: said before anything is started */
export const placeOf = (flag: string, file: string, cwd: string): string => {
  const path = resolve(cwd, file);
  if (isPictureName(basename(path))) {
    throw new InvalidRequestError(`--${flag}: expected a place for it, received a picture's: ${file}`);
  }
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new InvalidRequestError(
      `--${flag}: expected a file in a folder that can be written: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
  return path;
};

/** Writes a report. @throws Error that names the file */
export const writeReport = async (path: string, run: Run, page?: PageBundle): Promise<void> => {
  put(path, reportHtml(run, page ?? (await loadPage('report'))));
};

const put = (path: string, text: string): void => {
  try {
    replaceFile(path, text);
  } catch (cause) {
    throw new Error(`${path}: expected to write it, received ${(cause as Error).message}`, { cause });
  }
};

/**
 * Keeps what a run's report and trace show; undefined where none is asked for.
 *
 * @throws InvalidRequestError for files that cannot be read or written
 */
export const openRecord = (
  { report, trace, truth }: RecordArguments,
  {
    name,
    where,
    shape,
    cwd,
  }: {
    readonly name: string;
    readonly where: string | undefined;
    readonly shape: ResultShape;
    readonly cwd: string;
  },
): RunRecord | undefined => {
  const reportPath = report === undefined ? undefined : placeOf('report', report, cwd);
  const tracePath = trace === undefined ? undefined : placeOf('trace', trace, cwd);
  if (reportPath !== undefined && reportPath === tracePath) {
    throw new InvalidRequestError(`--trace: expected another file than that of --report, received ${trace}`);
  }
  if (truth !== undefined && reportPath === undefined) {
    throw new InvalidRequestError('--truth is shown in a report: expected --report beside it');
  }
  const truthOf = readTruth(truth, cwd);
  if (reportPath === undefined && tracePath === undefined) return undefined;
  const startedMs = Date.now();
  const pictures: Previewed[] = [];
  // made ready while the pictures are under way
  const page = reportPath === undefined ? undefined : loadPage('report');
  page?.catch(() => {});
  const tree = keepTree({ title: `droste ${name}`, where, startedMs });
  return {
    asks: (count) => ({
      receipts: true,
      // the pixels are there already, and need not be decoded again
      ...(reportPath !== undefined &&
        where === undefined &&
        pictures.length + count <= PREVIEW_CAP &&
        'preview' in (functionNamed(name)?.options ?? {}) && { preview: true }),
    }),
    answer: (index, { picture, outcome }) => {
      const answers = 'results' in outcome ? (shape.answers?.(outcome.results) ?? []) : [];
      const item = itemOf(picture.shown, outcome, answers, {
        ...{ batch: tree.next, startedMs, reference: picture.reference },
        truth: truthOf(picture.shown),
      });
      const made = 'results' in outcome ? shape.made?.(outcome.results) : undefined;
      pictures[index] = { item, reference: made ?? picture.reference };
      if (item.preview === undefined) return { picture, outcome };
      const { preview: _, ...receipt } = outcome.receipt ?? {};
      return { picture, outcome: { ...outcome, receipt } };
    },
    batch: tree.add,
    write: async (elapsedMs, signal, usd) => {
      // what was stopped before has no answer
      const answered = pictures.filter((picture) => picture !== undefined);
      if (tracePath !== undefined) {
        put(
          tracePath,
          JSON.stringify(traceEvents({ ...tree.run(elapsedMs), items: answered.map(({ item }) => item) })),
        );
      }
      if (reportPath === undefined) return;
      const items = await withPreviews(answered, signal);
      await writeReport(reportPath, { ...tree.run(elapsedMs, usd), items }, await page);
    },
  };
};
