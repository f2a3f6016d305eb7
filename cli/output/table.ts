import Table from 'cli-table3';
import { cutMiddle, onOneLine } from './cut.ts';
import { describeFailure } from './failure.ts';
import type { Paint } from './paint.ts';
import type { Answer, ResultWriter } from './results.ts';
import { classWidths, formatTags, tagsOf } from './tags.ts';

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
}

const NO_LINES = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((place) => [place, '']),
);

/** Widths that a page hands on to the next, so that all are one table. */
interface Widths {
  readonly name: number;
  readonly classes: readonly number[];
}

const headingOfNames = 'picture';

const tagsIn = ({ outcome }: Answer) => ('results' in outcome ? tagsOf(outcome.results) : []);

const widen = (widths: Widths, answers: readonly Answer[], columns: number | undefined): Widths => {
  const longest = answers.reduce((most, { picture }) => Math.max(most, picture.shown.length), widths.name);
  const most = columns === undefined ? longest : Math.max(LEAST_WIDTH, Math.floor(columns * NAMES_SHARE));
  return { name: Math.min(most, longest), classes: classWidths(answers.map(tagsIn), widths.classes) };
};

/** One page of the table, as text. */
const renderPage = (
  answers: readonly Answer[],
  widths: Widths,
  { columns, paint, heading, headed }: TableOptions & { readonly headed: boolean },
): string => {
  const rest = columns === undefined ? undefined : Math.max(LEAST_WIDTH, columns - widths.name - GAP);
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colWidths: [widths.name + GAP, rest ?? null],
    wordWrap: true,
    ...(headed && { head: [paint('bold', headingOfNames), paint('bold', heading)] }),
  });
  for (const answer of answers) {
    const { picture, outcome } = answer;
    const name = cutMiddle(onOneLine(picture.shown), widths.name);
    if ('error' in outcome) {
      const failure = describeFailure(outcome.error, { ...picture, shown: name });
      table.push([paint('red', name), paint('red', onOneLine(failure))]);
    } else {
      table.push([name, formatTags(tagsIn(answer), widths.classes, rest)]);
    }
  }
  return `${table.toString().replaceAll(/ +$/gm, '')}\n`;
};

/** Writes answers as a table: a small batch as one, a big one page by page as it comes. */
export const tableWriter = (print: (text: string) => void, options: TableOptions): ResultWriter => {
  let page: Answer[] = [];
  let widths: Widths = { name: headingOfNames.length, classes: [] };
  let headed = true;
  const turn = (): void => {
    if (page.length === 0) return;
    widths = widen(widths, page, options.columns);
    print(renderPage(page, widths, { ...options, headed }));
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
