import Table from 'cli-table3';
import { cutMiddle, onOneLine, withoutTrailingSpaces } from './cut.ts';
import { describeFailure } from './failure.ts';
import type { Paint } from './paint.ts';
import type { ResultColumn } from './result-column.ts';
import type { Answer, ResultWriter } from './results.ts';
import { tagsColumn } from './tags.ts';

/**
 * Rows of one page. cli-table3 compares every row with every other (n²), and a big batch must not wait for its last
 * picture to show the first.
 */
export const PAGE_ROWS = 200;

/** Blanks between the columns. */
const GAP = 2;

/** The least a column is given of a narrow terminal. */
const LEAST_WIDTH = 12;

/** Share of a terminal that names get, if they need it; what is said of the pictures is longer. */
const NAMES_SHARE = 0.4;

/** How a table is laid out. */
export interface TableOptions {
  /** Columns of the terminal; undefined for no limit. */
  readonly columns: number | undefined;
  readonly paint: Paint;
  /** What the second column is called. */
  readonly heading: string;
  /** What it says. Default: tags. */
  readonly column?: ResultColumn;
}

const NO_LINES = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((place) => [place, '']),
);

const headingOfNames = 'picture';

const widthOfNames = (width: number, answers: readonly Answer[], columns: number | undefined): number => {
  const longest = answers.reduce((most, { picture }) => Math.max(most, picture.shown.length), width);
  const most = columns === undefined ? longest : Math.max(LEAST_WIDTH, Math.floor(columns * NAMES_SHARE));
  return Math.min(most, longest);
};

/** One page of the table, as text. */
const renderPage = (
  answers: readonly Answer[],
  width: number,
  { columns, paint, heading, column, headed }: Required<TableOptions> & { readonly headed: boolean },
): string => {
  const rest = columns === undefined ? undefined : Math.max(LEAST_WIDTH, columns - width - GAP);
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colWidths: [width + GAP, rest ?? null],
    wordWrap: true,
    ...(headed && { head: [paint('bold', headingOfNames), paint('bold', heading)] }),
  });
  for (const { picture, outcome } of answers) {
    const name = cutMiddle(onOneLine(picture.shown), width);
    if ('error' in outcome) {
      const failure = describeFailure(outcome.error, { ...picture, shown: name });
      table.push([paint('red', name), paint('red', onOneLine(failure))]);
    } else {
      table.push([name, column.format(outcome.results, rest)]);
    }
  }
  return `${withoutTrailingSpaces(table.toString())}\n`;
};

/** Writes answers as a table: a small batch as one, a big one page by page as it comes. */
export const tableWriter = (
  print: (text: string) => void,
  { column = tagsColumn(), ...options }: TableOptions,
): ResultWriter => {
  let page: Answer[] = [];
  let width = headingOfNames.length;
  let headed = true;
  const turn = (): void => {
    if (page.length === 0) return;
    width = widthOfNames(width, page, options.columns);
    column.widen(page.flatMap(({ outcome }) => ('results' in outcome ? [outcome.results] : [])));
    print(renderPage(page, width, { ...options, column, headed }));
    headed = false;
    page = [];
  };
  return {
    write: (answer) => {
      page.push(answer);
      if (page.length === PAGE_ROWS) turn();
    },
    end: turn,
  };
};
