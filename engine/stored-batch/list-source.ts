import * as z from 'zod';
import { InvalidRequestError, nameSome, quote, quoteJson } from '../../platform/index.ts';

/** Which of many objects are meant. */
export interface ObjectFilters {
  /** What keys end with, one of several; the case of letters does not matter. Default: anything. */
  readonly suffix?: readonly string[];
  /** ISO 8601, a day or an instant: objects that were put later. Default: any. */
  readonly newerThan?: string;
}

/**
 * Where the items of a stored batch are listed. `column` is a name, of the header row or of a key, or for a CSV
 * without a header row the position, from 1.
 */
export type ListSource =
  | {
      readonly format: 'text';
      readonly uri: string;
      /** As the store says it, quotes included: any other version of the list is refused. Default: whichever is there. */
      readonly etag?: string;
    }
  | { readonly format: 'csv'; readonly uri: string; readonly column: string | number }
  | { readonly format: 'jsonl'; readonly uri: string; readonly column: string }
  | ({ readonly format: 'inventory'; readonly uri: string } & ObjectFilters)
  | ({ readonly format: 'prefix'; readonly uri: string } & ObjectFilters);

const suffix = z.string().min(1).max(1_024);

const filters = {
  suffix: z
    .union([suffix, z.array(suffix).min(1).max(100)], { error: 'expected the end of keys, or several' })
    .optional(),
  newerThan: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], {
      error: 'expected a day or an instant (2026-01-31, 2026-01-31T12:00:00Z)',
    })
    .optional(),
};

const manifestSchema = z.strictObject({
  uri: z.string({ error: 'expected s3://bucket/key' }),
  format: z
    .enum(['text', 'csv', 'jsonl', 'inventory'], { error: 'expected text, csv, jsonl or inventory' })
    .optional(),
  column: z
    .union([z.string().min(1), z.int().min(1)], { error: 'expected a name, or a position from 1' })
    .optional(),
  etag: z.string().min(1).max(200).optional(),
  ...filters,
});

const prefixSchema = z.strictObject({
  uri: z
    .string({ error: 'expected s3://bucket/prefix/' })
    .regex(/\/$/, { error: 'expected a prefix that ends in a slash' }),
  ...filters,
});

/** A URI alone is as good as an object with nothing else in it. */
const read = <T extends z.ZodRawShape>(schema: z.ZodObject<T>, name: string, given: unknown) => {
  const parsed = schema.safeParse(typeof given === 'string' ? { uri: given } : given);
  if (parsed.success) return parsed.data;
  const received = typeof given === 'string' ? quote(given) : quoteJson(given);
  const [issue] = parsed.error.issues;
  const known = Object.keys(schema.shape).join(', ');
  if (issue?.code === 'unrecognized_keys') {
    throw new InvalidRequestError(`${name}: unknown ${nameSome(issue.keys)}; expected one of ${known}`);
  }
  const place = typeof given === 'object' ? [name, ...(issue?.path ?? [])].join('.') : name;
  const message =
    issue?.path.length === 0 ? `expected a URI as text, or an object with ${known}` : issue?.message;
  throw new InvalidRequestError(`${place}: ${message}, received ${received}`);
};

/** Without what is absent, so that equal sources are equal as JSON. */
const filtersOf = ({
  suffix: ends,
  newerThan,
}: {
  readonly suffix?: string | readonly string[] | undefined;
  readonly newerThan?: string | undefined;
}): ObjectFilters => ({
  ...(ends !== undefined && { suffix: [ends].flat() }),
  ...(newerThan !== undefined && { newerThan }),
});

/** Whether a text has to be unpacked, and so cannot be read in slices. */
export const isPacked = (uri: string): boolean => /\.gz$/i.test(uri);

const endsLike = (name: string, endings: string): boolean =>
  new RegExp(`\\.(?:${endings})(?:\\.gz)?$`, 'i').test(name);

/** By the name, where nothing is said: S3 Inventory calls its manifests so; a column is of what the ending says. */
const formatOf = (name: string, column: string | number | undefined) => {
  if (/\/manifest\.json$/.test(name)) return 'inventory';
  if (column === undefined) return 'text';
  if (endsLike(name, 'csv')) return 'csv';
  if (endsLike(name, 'jsonl|ndjson')) return 'jsonl';
  throw new InvalidRequestError(
    `manifest.format: expected csv or jsonl beside a column, received none, and ${quote(name.slice(-80))} does not say`,
  );
};

/**
 * Reads `manifest` of a request: a URI, or `{"uri": …, "format": …, "column": …}`.
 *
 * @throws InvalidRequestError naming the property, what was expected and what was received.
 */
export const readManifestSource = (given: unknown): ListSource => {
  const manifest = read(manifestSchema, 'manifest', given);
  const { uri: name, column, etag } = manifest;
  const filtered = filtersOf(manifest);
  const format = manifest.format ?? formatOf(name, column);
  const refuse = (property: string, why: string): never => {
    throw new InvalidRequestError(`manifest.${property}: ${why}`);
  };
  const [filter] = Object.keys(filtered);
  if (filter && format !== 'inventory')
    refuse(filter, `expected with an S3 Inventory, or a prefix, received with ${format}`);
  if (column !== undefined && (format === 'inventory' || format === 'text')) {
    refuse('column', `expected with csv or jsonl, received ${quote(column)} with ${format}`);
  }
  if (etag !== undefined && (format !== 'text' || isPacked(name))) {
    const received = format === 'text' ? 'one that is packed' : format;
    refuse('etag', `expected with a text that is read in place, received with ${received}`);
  }
  switch (format) {
    case 'inventory':
      return { format, uri: name, ...filtered };
    case 'text':
      return { format, uri: name, ...(etag !== undefined && { etag }) };
    case 'csv':
      return column === undefined
        ? refuse(
            'column',
            'expected the name of the column of a CSV (or its position, from 1), received none',
          )
        : { format, uri: name, column };
    case 'jsonl':
      if (typeof column === 'number') return refuse('column', `expected a key, received ${column}`);
      // without a column a line is the item
      return column === undefined ? { format: 'text', uri: name } : { format, uri: name, column };
    default:
      return format satisfies never;
  }
};

/**
 * Reads `prefix` of a request: a URI that ends in a slash, or `{"uri": …, "suffix": …, "newerThan": …}`.
 *
 * @throws InvalidRequestError naming the property, what was expected and what was received.
 */
export const readPrefixSource = (given: unknown): Extract<ListSource, { format: 'prefix' }> => {
  const prefix = read(prefixSchema, 'prefix', given);
  return { format: 'prefix', uri: prefix.uri, ...filtersOf(prefix) };
};

/** A source as batches are bound to it: by its URI alone where that is all there is. */
export const describeSource = (source: ListSource): string | ListSource =>
  Object.keys(source).length === 2 && source.format !== 'inventory' ? source.uri : source;
