import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** Beside a pulled model: where it is from. */
export const ORIGIN_FILE = 'origin.json';

const schema = z.object({
  page: z.string(),
  licence: z.string().optional(),
  /** Of the graph, with its external data. */
  sha256: z.string(),
});

/** Where a pulled model is from, and under which licence. */
export type Origin = z.output<typeof schema>;

/** The origin of a model's folder; undefined where it was not pulled. */
export const readOrigin = async (folder: string): Promise<Origin | undefined> => {
  const text = await readFile(join(folder, ORIGIN_FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // of no consequence for the model: somebody's own file
    return undefined;
  }
};

/** An origin as the file's text. */
export const originText = (origin: Origin): string => `${JSON.stringify(origin, null, 2)}\n`;
