import { styleText } from 'node:util';
import type { Output, Terminal } from '../terminal.ts';

/** Puts text in a colour, or leaves it as it is. */
export type Paint = (format: 'bold' | 'red' | 'yellow' | 'green', text: string) => string;

/** Colours for terminals; none where NO_COLOR is set to anything (no-color.org), nor on a dumb terminal. */
export const paintFor = ({ isTTY }: Pick<Output, 'isTTY'>, { NO_COLOR, TERM }: Terminal['env']): Paint =>
  isTTY && !NO_COLOR && TERM !== 'dumb'
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;
