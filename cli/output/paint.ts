import { styleText } from 'node:util';

/** Puts text in a colour, or leaves it as it is. */
export type Paint = (format: 'bold' | 'red' | 'yellow' | 'green', text: string) => string;

/** Whether FORCE_COLOR says so: Node.js takes `0` and `false` for no. */
const isForced = (value: string | undefined): boolean => Boolean(value) && value !== '0' && value !== 'false';

/**
 * Colours for terminals, and where FORCE_COLOR asks for them (force-color.org); none where NO_COLOR is set to anything
 * (no-color.org), nor on a dumb terminal.
 */
export const paintFor = (
  { isTTY }: { readonly isTTY?: boolean },
  { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv,
): Paint =>
  !NO_COLOR && (isForced(FORCE_COLOR) || (isTTY && TERM !== 'dumb'))
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;
