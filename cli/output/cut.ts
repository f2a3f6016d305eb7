const ELLIPSIS = '…';

/** A text on one line: control characters of a file's name must not reach the terminal. */
export const onOneLine = (text: string): string => text.replace(/\p{Cc}/gu, '\u{FFFD}');

/** A text of at most `width` characters (1 or more), the middle left out: the ends tell file names apart. */
export const cutMiddle = (text: string, width: number): string => {
  const characters = [...text];
  if (characters.length <= width) return text;
  const tail = Math.ceil((width - 1) / 2);
  const head = width - 1 - tail;
  return [...characters.slice(0, head), ELLIPSIS, ...characters.slice(characters.length - tail)].join('');
};

/** A text of at most `width` characters (1 or more), the end left out. */
export const cutEnd = (text: string, width: number): string => {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}${ELLIPSIS}`;
};

/** The lines without the spaces at their ends. */
export const withoutTrailingSpaces = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
