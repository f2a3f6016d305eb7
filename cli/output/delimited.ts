import type { FormatOptions, ResultWriter } from './formats.ts';

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
 * tag, thumbnail, …), and the error of a picture that failed.
 */
export const delimitedWriter = (
  kind: keyof typeof kinds,
  { print, shape }: Pick<FormatOptions, 'print' | 'shape'>,
): ResultWriter => {
  const { field, between } = kinds[kind];
  const line = (values: readonly (string | number)[]): string =>
    `${values.map((value) => field(String(value))).join(between)}\n`;
  print(line(['picture', ...shape.fields, 'error']));
  const none = shape.fields.map(() => '');
  return {
    write: ({ picture: { shown }, outcome }) => {
      if ('error' in outcome) {
        print(line([shown, ...none, `${outcome.error.name}: ${outcome.error.message}`]));
        return;
      }
      const rows = shape.rows(outcome.results);
      for (const row of rows.length > 0 ? rows : [none]) print(line([shown, ...row, '']));
    },
    end: () => {},
  };
};
