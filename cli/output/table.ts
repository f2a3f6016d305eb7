import Table from 'cli-table3';
import { redactReference } from '../../images/index.ts';
import type { WireError } from '../../platform/index.ts';
import type { Picture } from '../inputs/picture.ts';
import type { Answer, FormatOptions, ResultWriter } from './format.ts';
import { cutEnd, cutMiddle, onOneLine, widthOf, withoutTrailingSpaces } from './text.ts';

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

const NO_LINES = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((place) => [place, '']),
);

/** Rows as text without lines, columns {@link GAP} apart. */
export const plainTable = (
  rows: readonly (readonly string[])[],
  options: Omit<Table.TableConstructorOptions, 'chars' | 'style'> = {},
): string => {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': GAP, compact: true };
  const table = new Table({ chars: NO_LINES, style, ...options });
  for (const row of rows) table.push([...row]);
  return `${withoutTrailingSpaces(table.toString())}\n`;
};

/**
 * A failure as it is shown beside the name of its picture: where its message begins with the reference, without that;
 * where the reference is in the middle of it, with the name people know the picture by.
 */
export const describeFailure = ({ name, message }: WireError, { reference, shown }: Picture): string => {
  const redacted = redactReference(reference);
  const prefix = `${redacted}: `;
  const said = message.startsWith(prefix) ? message.slice(prefix.length) : message;
  return `${name}: ${said.replaceAll(redacted, () => (shown === reference ? redacted : shown))}`;
};

const headingOfNames = 'picture';

const widthOfNames = (width: number, answers: readonly Answer[], columns: number | undefined): number => {
  const longest = answers.reduce(
    (most, { picture }) => Math.max(most, widthOf(onOneLine(picture.shown))),
    width,
  );
  const most = columns === undefined ? longest : Math.max(LEAST_WIDTH, Math.floor(columns * NAMES_SHARE));
  return Math.min(most, longest);
};

/** One page of the table, as text. */
const renderPage = (
  answers: readonly Answer[],
  width: number,
  { columns, paint, shape: { column } }: FormatOptions,
  headed: boolean,
): string => {
  const rest = columns === undefined ? undefined : Math.max(LEAST_WIDTH, columns - width - GAP);
  const rows = answers.map(({ picture, outcome }) => {
    const name = cutMiddle(onOneLine(picture.shown), width);
    const said = 'results' in outcome ? [column.format(outcome.results, rest)] : [];
    if (!('error' in outcome)) return [name, ...said];
    const failure = onOneLine(describeFailure(outcome.error, { ...picture, shown: name }));
    // where several functions answer, what the others said stays
    return [paint('red', name), [...said, paint('red', failure)].join('; ')];
  });
  const named = column.heading(rest);
  const heading = rest === undefined ? named : cutEnd(named, rest);
  return plainTable(rows, {
    colWidths: [width + GAP, rest === undefined ? null : rest + GAP],
    wordWrap: true,
    ...(headed && { head: [paint('bold', headingOfNames), paint('bold', heading)] }),
  });
};

/** Writes answers as a table: a small batch as one, a big one page by page as it comes. */
export const tableWriter = (options: FormatOptions): ResultWriter => {
  const { print, columns, paint, shape } = options;
  let page: Answer[] = [];
  let width = headingOfNames.length;
  let headed = true;
  const turn = (): void => {
    if (page.length === 0) return;
    width = widthOfNames(width, page, columns);
    shape.column.widen(page.flatMap(({ outcome }) => ('results' in outcome ? [outcome.results] : [])));
    print(renderPage(page, width, options, headed));
    headed = false;
    page = [];
  };
  return {
    write: (answer) => {
      page.push(answer);
      if (page.length === PAGE_ROWS) turn();
    },
    section: (title) => {
      turn();
      print(`${headed ? '' : '\n'}${paint('bold', onOneLine(title))}\n`);
    },
    flush: turn,
    end: turn,
  };
};
