import { basename, join } from 'node:path';
import { isModelName } from '../../functions/classify/index.ts';
import { InvalidRequestError, quote } from '../../platform/index.ts';
import { modelsDirectoryOf } from '../installation.ts';
import { chooseModel } from '../model-choice.ts';
import type { Terminal } from '../terminal.ts';

/** The folder of a model that is here, and its name. @throws InvalidRequestError */
export const findHere = async (choice: string, terminal: Terminal) => {
  const { env } = terminal;
  const modelsDirectory = modelsDirectoryOf(env);
  if (choice.startsWith('s3://')) {
    throw new InvalidRequestError(`expected a model that is here, received ${quote(choice)}`);
  }
  const model = await chooseModel(choice, { modelsDirectory, cwd: terminal.cwd(), env }, 'model');
  return isModelName(model)
    ? { name: model, folder: join(modelsDirectory, model) }
    : { name: basename(model), folder: model };
};
