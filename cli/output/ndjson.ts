import { describeReference } from '../../images/describe-reference.ts';
import type { FormatOptions, ResultWriter } from './formats.ts';

/** Writes each answer at once, as a line of JSON: the same object the function's API answers. */
export const ndjsonWriter = ({ print }: Pick<FormatOptions, 'print'>): ResultWriter => ({
  write: ({ picture, outcome }) =>
    print(`${JSON.stringify({ image: describeReference(picture.reference), ...outcome })}\n`),
  end: () => {},
});
