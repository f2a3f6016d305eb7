import { describeReference } from '../../images/index.ts';
import type { Answer, FormatOptions, ResultWriter } from './format.ts';

/** An answer as the function's API gives it, and the plain path of a file beside its URL. */
export const answerObject = ({ picture: { reference, shown }, outcome }: Answer): object => ({
  image: describeReference(reference),
  ...(reference.startsWith('file:') && { path: shown }),
  ...outcome,
});

/** Writes each answer at once, as a line of JSON. */
export const ndjsonWriter = ({ print }: Pick<FormatOptions, 'print'>): ResultWriter => ({
  write: (answer) => print(`${JSON.stringify(answerObject(answer))}\n`),
  end: () => {},
});

/** Writes all answers as one array, each as it comes. */
export const jsonWriter = ({ print }: Pick<FormatOptions, 'print'>): ResultWriter => {
  let before = '[\n';
  return {
    write: (answer) => {
      print(`${before}${JSON.stringify(answerObject(answer))}`);
      before = ',\n';
    },
    end: () => print(before === '[\n' ? '[]\n' : '\n]\n'),
  };
};

/** Writes the paths that an answer stands for, each with an end: pictures that have results, or what was made of them. */
export const pathsWriter = ({ print, shape, pathEnd }: FormatOptions): ResultWriter => ({
  write: ({ picture, outcome }) => {
    if ('error' in outcome) return;
    for (const path of shape.paths(picture, outcome.results)) print(`${path}${pathEnd}`);
  },
  end: () => {},
});
