import { checkOptions } from '../../functions/check-options.ts';
import { functionNamed, functions } from '../../functions/index.ts';
import { InvalidRequestError, quote } from '../../platform/index.ts';
import type { ExitCode } from '../command.ts';
import { readOptions } from '../options.ts';
import { anyAnswers, oneLineOf, severalAnswers } from '../output/any-answers.ts';
import type { ResultShape } from '../output/format.ts';
import { cutEnd, onOneLine } from '../output/text.ts';
import type { Terminal } from '../terminal.ts';
import type { PictureArguments } from './options.ts';
import { runPictures } from './run-pictures.ts';
import { readParts } from './several.ts';

/** Results as they are; in tables and reports what they say. */
const shapeOf = (name: string, answers: NonNullable<ResultShape['answers']>): ResultShape => ({
  column: {
    heading: () => name,
    widen: () => {},
    format: (results, room) => {
      const text = onOneLine(oneLineOf(answers(results), name));
      return room === undefined ? text : cutEnd(text, room);
    },
  },
  answers,
  fields: () => ['results'],
  rows: (results) => [[JSON.stringify(results)]],
  paths: ({ shown }) => [shown],
});

/**
 * Runs a function over pictures, as its definition describes it, and shows its results: as they are, or in a table what they
 * say.
 *
 * @param options `name=value`, where a value is JSON or a text; of orchestrate, the functions that it calls by name
 * @throws InvalidRequestError for a function, or an option of it, that there is not
 */
export const runFunction = async (
  name: string,
  options: readonly string[],
  args: PictureArguments,
  terminal: Terminal,
): Promise<ExitCode> => {
  const definition = functionNamed(name);
  const common = { name, environment: {}, args, places: [] };
  if (definition?.invokes === 'others') {
    const parts = readParts(options);
    return runPictures(
      {
        ...common,
        parts,
        options: {},
        dependsOn: async () => ({
          options: parts.map(({ name, target, options }) => [name, target.functionName, options]),
        }),
        result: shapeOf(parts.map((part) => part.name).join(', '), severalAnswers),
      },
      terminal,
    );
  }
  if (definition?.itemKey !== 'image') {
    throw new InvalidRequestError(
      `expected a function over pictures (${functions.map((one) => one.name).join(', ')}), received ${quote(name)}`,
    );
  }
  const known = Object.keys(definition.options);
  const own = readOptions(options, `name=value with one of ${known.join(', ') || 'none'}`, (name) =>
    known.includes(name),
  );
  checkOptions(definition, own);
  return runPictures(
    {
      ...common,
      options: own,
      result: shapeOf(name, (results) => anyAnswers(name, results)),
    },
    terminal,
  );
};
