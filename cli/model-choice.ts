import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isModelName, locateModel, modelNames } from '../functions/classify/index.ts';
import { InvalidRequestError, quote } from '../platform/index.ts';
import { DEFAULT_MODEL, defaultModelFolder } from './installation.ts';
import type { Terminal } from './terminal.ts';

/** Where models are looked up. */
export interface ModelPlace {
  readonly modelsDirectory: string;
  readonly cwd: string;
  /** Where Hugging Face's own tools keep their downloads is said here. */
  readonly env: Terminal['env'];
}

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

/** The path of a model's folder; undefined for what can be none, such as a URL of another scheme. */
const folderOf = async (
  choice: string,
  { modelsDirectory, cwd }: Omit<ModelPlace, 'env'>,
): Promise<string | undefined> => {
  if (choice === '') return undefined;
  // a word without a slash may be a folder here all the same
  if (isModelName(choice)) return resolve(cwd, choice);
  return locateModel(choice, { modelsDirectory, baseDirectory: cwd }).catch(() => undefined);
};

/** Says which command gets a model that is not here; nothing where none does. */
const howToGet = async (choice: string): Promise<string> => {
  const { pullCommand } = await import('./model/sources.ts');
  const command = pullCommand(choice);
  return command === undefined ? '' : `. To get it: ${command}`;
};

/**
 * Finds the model of `--model` without loading it: a name, else a folder, else `owner/name` that was pulled, or that
 * Hugging Face's own tools have downloaded, or the embedded one; `s3://…` is left to the function.
 *
 * @param where what the model is called in messages
 * @returns the model as the function takes it: a name, an absolute path or `s3://…`
 * @throws InvalidRequestError for a model that is not there, with the names there are and the command that gets it
 */
export const chooseModel = async (choice: string, place: ModelPlace, where = '--model'): Promise<string> => {
  if (choice.startsWith('s3://')) return choice;
  const names = await modelNames(place.modelsDirectory);
  if (names.includes(choice)) return choice;
  const folder = await folderOf(choice, place);
  if (folder !== undefined && isFolder(folder)) return folder;
  // a model of the hub that was pulled goes by its own name, too
  const pulled = choice.replace('/', '--');
  if (names.includes(pulled)) return pulled;
  if (/^[^/]+\/[^/]+$/.test(choice)) {
    const { cachedModel, hubCacheOf } = await import('./model/hub.ts');
    const cached = await cachedModel(hubCacheOf(place.env), choice);
    if (cached !== undefined) return cached;
  }
  if (choice === DEFAULT_MODEL) return defaultModelFolder;
  throw new InvalidRequestError(
    `${where}: expected a name (${names.join(', ') || 'there are none'}), a model's folder, or s3://bucket/prefix, ` +
      `received ${quote(choice)}${folder === undefined ? '' : `, and there is no folder ${folder}`}` +
      (await howToGet(choice)),
  );
};

/**
 * {@link chooseModel} for one or several. Those of several go by name: that is what a request may ask for.
 *
 * @throws InvalidRequestError for a model that is not there, the same one twice, and several that are no names
 */
export const chooseModels = async (
  choices: readonly string[],
  place: ModelPlace,
): Promise<readonly string[]> => {
  const models = await Promise.all(choices.map((choice) => chooseModel(choice, place)));
  if (models.length < 2) return models;
  const folder = models.find((model) => !isModelName(model));
  if (folder !== undefined) {
    throw new InvalidRequestError(
      `--model: expected names of models in ${place.modelsDirectory} where there are several, received ${folder}`,
    );
  }
  const twice = models.find((model, index) => models.indexOf(model) < index);
  if (twice === undefined) return models;
  throw new InvalidRequestError(`--model: expected each model once, received ${twice} twice`);
};
