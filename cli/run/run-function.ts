import { functionNamed, treeNames } from '../../functions/index.ts';
import { InvalidRequestError, jsonOrText, quote } from '../../platform/index.ts';
import type { ExitCode } from '../command.ts';
import type { ResultShape } from '../output/format.ts';
import { tagsShape } from '../output/tags.ts';
import { cutEnd, onOneLine } from '../output/text.ts';
import type { Terminal } from '../terminal.ts';
import type { PictureArguments } from './options.ts';
import { runPictures } from './run-pictures.ts';

/** `name=value` of an option that there is; the function itself says what is wrong with a value. */
const readOption = (text: string, known: readonly string[]): readonly [string, unknown] => {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (known.includes(name)) return [name, jsonOrText(value)];
  throw new InvalidRequestError(
    `--option: expected name=value with one of ${known.join(', ') || 'none'}, received ${quote(text)}`,
  );
};

const column = (name: string) => ({
  heading: () => name,
  widen: () => {},
  format: (results: unknown, room: number | undefined) => {
    const text = onOneLine(JSON.stringify(results));
    return room === undefined ? text : cutEnd(text, room);
  },
});

/** Columns of a result that is no answer of a model, in a report: a thumbnail's `data:` would be all of it. */
const REPORTED_WIDTH = 200;

/** What a report shows of results: tags where they are some, else their JSON. */
const answersOf = (name: string): NonNullable<ResultShape['answers']> => {
  const tags = tagsShape(name, name);
  return (results) => {
    const said = tags.answers?.(results) ?? [];
    const text = cutEnd(onOneLine(JSON.stringify(results)), REPORTED_WIDTH);
    return said.length > 0 ? said : [{ model: name, tags: [], text }];
  };
};

/**
 * Runs a function over pictures, as its definition describes it, and shows its results as they are.
 *
 * @param options `name=value`, where a value is JSON or a text
 * @throws InvalidRequestError for a function, or an option of it, that there is not
 */
export const runFunction = async (
  name: string,
  options: readonly string[],
  args: PictureArguments,
  terminal: Terminal,
): Promise<ExitCode> => {
  const definition = functionNamed(name);
  if (definition?.itemKey !== 'image') {
    throw new InvalidRequestError(
      `expected a function over pictures (${treeNames.join(', ')}), received ${quote(name)}`,
    );
  }
  const known = Object.keys(definition.options);
  return runPictures(
    {
      name,
      environment: {},
      args,
      options: Object.fromEntries(options.map((option) => readOption(option, known))),
      places: [],
      result: {
        column: column(name),
        answers: answersOf(name),
        fields: () => ['results'],
        rows: (results) => [[JSON.stringify(results)]],
        paths: ({ shown }) => [shown],
      },
    },
    terminal,
  );
};
