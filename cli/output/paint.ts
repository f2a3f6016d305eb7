import { styleText } from 'node:util';
import type { Output } from '../terminal.ts';

/** Puts text in a colour, or leaves it as it is. */
export type Paint = (format: 'bold' | 'dim' | 'red' | 'yellow', text: string) => string;

/** Colours for terminals; none where NO_COLOR is set to anything (no-color.org), nor on a dumb terminal. */
export const paintFor = (
  { isTTY }: Pick<Output, 'isTTY'>,
  { NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): Paint =>
  isTTY && !NO_COLOR && TERM !== 'dumb'
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;
