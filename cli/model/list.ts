import { join } from 'node:path';
import { filesOfModel, modelNames } from '../../functions/classify/index.ts';
import { catalogue } from '../../models/index.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { DEFAULT_MODEL, licence, modelsDirectoryOf } from '../installation.ts';
import { formatBytes } from '../output/amounts.ts';
import { paintFor } from '../output/paint.ts';
import { plainTable } from '../output/table.ts';
import { wrapped } from '../output/text.ts';
import { columnsOf, type Terminal } from '../terminal.ts';
import { readOrigin, sizeOf } from './files.ts';

/** A model that is here, or could be. */
export interface ListedModel {
  readonly name: string;
  readonly here: boolean;
  /** Of its files where it is here, otherwise of its graph. */
  readonly bytes: number;
  /** Absent where nobody states it. */
  readonly licence?: string;
}

const bytesIn = async (folder: string): Promise<number> => {
  const sizes = await Promise.all((await filesOfModel(folder)).map((file) => sizeOf(join(folder, file))));
  return sizes.reduce((sum, size) => sum + size, 0);
};

const listHere = async (modelsDirectory: string, name: string): Promise<ListedModel> => {
  const folder = join(modelsDirectory, name);
  const stated = (await readOrigin(folder))?.licence ?? (name === DEFAULT_MODEL ? licence : undefined);
  return { name, here: true, bytes: await bytesIn(folder), ...(stated !== undefined && { licence: stated }) };
};

/** The models of the folder, by name, and behind them those of the catalogue that are not here, small families first. */
const listModels = async (modelsDirectory: string): Promise<readonly ListedModel[]> => {
  const names = await modelNames(modelsDirectory);
  const here = await Promise.all(names.map((name) => listHere(modelsDirectory, name)));
  const absent = catalogue
    .filter(({ name }) => !names.includes(name))
    .map((entry) => ({ name: entry.name, here: false, bytes: entry.bytes, licence: entry.licence }));
  return [...here, ...absent];
};

const NOTE = 'droste model pull <name> gets one; also any Hugging Face repository: owner/name';

/** The columns of the table, and how wide a terminal has to be for each. */
const columnWidths = { model: 0, size: 44, licence: 60, here: 0 } as const;

const shownColumns = (columns = Number.POSITIVE_INFINITY) =>
  (Object.keys(columnWidths) as (keyof typeof columnWidths)[]).filter(
    (name) => columns >= columnWidths[name],
  );

/** `droste model list`: a table, or an object a line. */
export const runList = async (
  { json }: { readonly json: boolean },
  { stdout, stderr, env }: Terminal,
): Promise<ExitCode> => {
  const models = await listModels(modelsDirectoryOf(env));
  if (json) {
    stdout.write(models.map((model) => `${JSON.stringify(model)}\n`).join(''));
    return exitCodes.done;
  }
  const paint = paintFor(stdout, env);
  const columns = columnsOf(stdout);
  const shown = shownColumns(columns);
  const rows = models.map(({ name, bytes, licence: stated, here }) => {
    const cells = {
      model: name,
      size: formatBytes(bytes),
      licence: stated ?? 'not stated',
      here: here ? 'yes' : 'no',
    };
    return shown.map((column) => cells[column]);
  });
  const head = shown.map((text) => paint('bold', text));
  const colAligns = shown.map((column) => (column === 'size' ? 'right' : 'left'));
  stdout.write(plainTable(rows, { head, colAligns }));
  stderr.write(`\n${wrapped(NOTE, columnsOf(stderr))}\n`);
  return exitCodes.done;
};
