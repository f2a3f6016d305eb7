import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The models and photos that benchmarks use, beside the project; they are not part of it. */
export const dataDirectory = fileURLToPath(new URL('../../shared/data/', import.meta.url));

/** Whether the data is there. */
export const hasData = existsSync(dataDirectory);

/** Paths of the files of a folder of the data, sorted. */
export const dataFiles = (folder: string): readonly string[] =>
  readdirSync(`${dataDirectory}${folder}`)
    .sort()
    .map((name) => `${dataDirectory}${folder}/${name}`);
