import type { OpenFormat } from './format.ts';

/** The formats of `--format`, by name: one is a file and a line here. */
export const formats = {
  table: async (options) => (await import('./table.ts')).tableWriter(options),
  ndjson: async (options) => (await import('./json.ts')).ndjsonWriter(options),
  json: async (options) => (await import('./json.ts')).jsonWriter(options),
  csv: async (options) => (await import('./delimited.ts')).delimitedWriter('csv', options),
  tsv: async (options) => (await import('./delimited.ts')).delimitedWriter('tsv', options),
  paths: async (options) => (await import('./json.ts')).pathsWriter(options),
} as const satisfies Readonly<Record<string, OpenFormat>>;

export type FormatName = keyof typeof formats;

/** Their names. */
export const formatNames = Object.keys(formats) as readonly FormatName[];
