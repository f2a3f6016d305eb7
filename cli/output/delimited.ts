import type { Answer, FormatOptions, ResultWriter } from './format.ts';

/** A field of CSV (RFC 4180): quoted where it has to be. */
export const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const escapes: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

/** A field of TSV, which has no quotes: what would end it is escaped, as MySQL and PostgreSQL do. */
const tsvField = (text: string): string =>
  text.replaceAll(/[\t\n\r\\]/g, (character) => escapes[character] ?? '');

const kinds = {
  csv: { field: csvField, between: ',' },
  tsv: { field: tsvField, between: '\t' },
} as const;

/**
 * Writes answers as lines of fields, with a heading: the picture, what the command says of its results (a line for each
 * tag, thumbnail, …), and the error of a picture that failed. The first results say which fields there are; failures
 * before them wait.
 */
export const delimitedWriter = (
  kind: keyof typeof kinds,
  { print, shape }: Pick<FormatOptions, 'print' | 'shape'>,
): ResultWriter => {
  const { field, between } = kinds[kind];
  const line = (values: readonly (string | number)[]): string =>
    `${values.map((value) => field(String(value))).join(between)}\n`;
  const waiting: Answer[] = [];
  let none: readonly string[] | undefined;
  const head = (results: unknown): void => {
    const fields = shape.fields(results);
    none = fields.map(() => '');
    print(line(['picture', ...fields, 'error']));
    for (const answer of waiting.splice(0)) write(answer);
  };
  const write = (answer: Answer): void => {
    const { picture, outcome } = answer;
    if (none === undefined) {
      if (!('results' in outcome)) {
        waiting.push(answer);
        return;
      }
      head(outcome.results);
    }
    const rows = 'results' in outcome ? shape.rows(outcome.results) : [];
    const error = 'error' in outcome ? `${outcome.error.name}: ${outcome.error.message}` : '';
    for (const row of rows.length > 0 ? rows : [none ?? []]) print(line([picture.shown, ...row, error]));
  };
  return {
    write,
    end: () => {
      if (none === undefined) head(undefined);
    },
  };
};
