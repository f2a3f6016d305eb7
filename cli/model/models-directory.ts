import { embeddedModels } from '../local-function.ts';

/** The folder of the models that go by name: `MODELS_DIRECTORY`, or the repository's. */
export const modelsDirectoryOf = (env: Readonly<Record<string, string | undefined>>): string =>
  env.MODELS_DIRECTORY || embeddedModels;
