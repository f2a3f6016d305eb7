import { describeReference } from '../../images/describe-reference.ts';
import type { Answer, ResultWriter } from './results.ts';

/** An answer as one line of JSON, the same object the function's API answers. */
export const toLine = ({ picture, outcome }: Answer): string =>
  `${JSON.stringify({ image: describeReference(picture.reference), ...outcome })}\n`;

/** Writes each answer at once, as a line of JSON. */
export const ndjsonWriter = (print: (text: string) => void): ResultWriter => ({
  write: (answer) => print(toLine(answer)),
  end: () => {},
});
