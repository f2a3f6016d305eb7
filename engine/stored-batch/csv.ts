import { Readable } from 'node:stream';
import { InvalidRequestError, nameSome, quote } from '../../platform/index.ts';

/** A record of a CSV is a few fields; without an end to it, one quote that is never closed would be the whole text. */
const RECORD_MAX_CHARS = 1_000_000;

/**
 * The records of a CSV (RFC 4180: fields parted by commas, quoted where they hold commas, quotes or line ends; any line
 * ends, a byte order mark or none). The parser is loaded when it is first needed.
 *
 * @throws what is wrong with the CSV, naming the line: a quote inside a field, one that is never closed, a record with
 *   more or fewer fields than the one before.
 */
export async function* csvRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const { parse } = await import('csv-parse');
  const parser = parse({ bom: true, skip_empty_lines: true, max_record_size: RECORD_MAX_CHARS });
  const source = Readable.from(chunks, { objectMode: false });
  source.on('error', (error) => parser.destroy(error));
  parser.on('close', () => source.destroy());
  yield* source.pipe(parser) as AsyncIterable<readonly string[]>;
}

const namedIn = (header: readonly string[], column: string): number => {
  const names = header.map((name) => name.trim());
  const index = names.indexOf(column);
  if (index >= 0 && names.lastIndexOf(column) === index) return index;
  throw new InvalidRequestError(
    `manifest.column: expected one of ${nameSome(names.map((name) => quote(name)))}` +
      `${index < 0 ? '' : ', each of which is there once'}, received ${quote(column)}`,
  );
};

/**
 * One column of a CSV: by its name in the first record, which is a header then, or by its position, from 1.
 *
 * @throws InvalidRequestError where there is no such column, or two; and as `csvRecords`.
 */
export async function* csvColumn(
  records: AsyncIterable<readonly string[]>,
  column: string | number,
): AsyncGenerator<string> {
  let at = typeof column === 'number' ? column - 1 : undefined;
  for await (const record of records) {
    if (at === undefined) {
      at = namedIn(record, String(column));
      continue;
    }
    const value = record[at];
    if (value === undefined) {
      throw new InvalidRequestError(
        `manifest.column: expected a position from 1 to ${record.length}, received ${column}`,
      );
    }
    yield value;
  }
}
