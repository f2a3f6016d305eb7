import { join } from 'node:path';
import { filesOfModel } from '../../functions/classify/model/files.ts';
import { modelNames } from '../../functions/classify/model/locate.ts';
import { catalogue } from '../../models/catalogue.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { DEFAULT_MODEL } from '../model-choice.ts';
import { sizeOf } from './local-file.ts';
import { readOrigin } from './origin.ts';

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
  const embedded = name === DEFAULT_MODEL ? packageJson.license : undefined;
  const licence = (await readOrigin(folder))?.licence ?? embedded;
  return { name, here: true, bytes: await bytesIn(folder), ...(licence !== undefined && { licence }) };
};

/** The models of the folder, by name, and behind them those of the catalogue that are not here, small families first. */
export const listModels = async (modelsDirectory: string): Promise<readonly ListedModel[]> => {
  const names = await modelNames(modelsDirectory);
  const here = await Promise.all(names.map((name) => listHere(modelsDirectory, name)));
  const absent = catalogue
    .filter(({ name }) => !names.includes(name))
    .map(({ name, bytes, licence }) => ({ name, here: false, bytes, licence }));
  return [...here, ...absent];
};
