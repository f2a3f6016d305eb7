import stringWidth from 'string-width';

const ELLIPSIS = '…';

const segmenter = new Intl.Segmenter();

/** What a person takes for one character each. */
const characters = (text: string): readonly string[] =>
  Array.from(segmenter.segment(text), ({ segment }) => segment);

/** Columns a text takes on a terminal: 2 for each wide character of East Asia and for an emoji. */
export const widthOf = (text: string): number => stringWidth(text);

/** A text on one line: control characters of a file's name must not reach the terminal. */
export const onOneLine = (text: string): string => text.replace(/\p{Cc}/gu, '\u{FFFD}');

/** As many of the characters as fit into `width` columns. */
const fitting = (from: Iterable<string>, width: number): readonly string[] => {
  const taken: string[] = [];
  let left = width;
  for (const character of from) {
    left -= widthOf(character);
    if (left < 0) break;
    taken.push(character);
  }
  return taken;
};

/** A text of at most `width` columns (1 or more), the middle left out: the ends tell file names apart. */
export const cutMiddle = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text;
  const all = characters(text);
  const tail = fitting(all.toReversed(), Math.ceil((width - 1) / 2)).toReversed();
  const head = fitting(all, width - 1 - widthOf(tail.join('')));
  return [...head, ELLIPSIS, ...tail].join('');
};

/** A text of at most `width` columns (1 or more), the end left out. */
export const cutEnd = (text: string, width: number): string =>
  widthOf(text) <= width ? text : [...fitting(characters(text), width - 1), ELLIPSIS].join('');

/** A text with blanks behind it, up to `width` columns. */
export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** The lines without the spaces at their ends. */
export const withoutTrailingSpaces = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');

/** What a line begins with, and where it goes on: under what follows its label (`cold   1,024 s, …`), else a little to the right. */
const startOf = (line: string, columns: number): { readonly start: string; readonly indent: number } => {
  const label = /^ {0,40}\S[^ ]{0,40}(?: [^ ]{1,40}){0,3} {2,40}(?=\S)/.exec(line)?.[0] ?? '';
  if (label !== '' && widthOf(label) <= columns / 2) return { start: label, indent: widthOf(label) };
  const blanks = line.slice(0, line.length - line.trimStart().length);
  return blanks.length + 2 <= columns / 2
    ? { start: blanks, indent: blanks.length + 2 }
    : { start: '', indent: 0 };
};

const wrappedLine = (line: string, columns: number): string => {
  if (widthOf(line) <= columns) return line;
  const { start, indent } = startOf(line, columns);
  const lines: string[] = [];
  let current = start;
  let isEmpty = true;
  for (const word of line.slice(start.length).split(/ (?=\S)/)) {
    if (!isEmpty && widthOf(current) + 1 + widthOf(word) > columns) {
      lines.push(current);
      current = ' '.repeat(indent);
      isEmpty = true;
    }
    current += isEmpty ? word.trimStart() : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current].join('\n');
};

/**
 * A text in lines of at most `columns`, broken between words; a word that is longer stays whole, as paths and commands
 * are to be copied. Undefined for no limit.
 */
export const wrapped = (text: string, columns: number | undefined): string =>
  columns === undefined
    ? text
    : text
        .split('\n')
        .map((line) => wrappedLine(line, columns))
        .join('\n');
