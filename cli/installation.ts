import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../package.json' with { type: 'json' };

// the one file of the command that knows where the other rooms lie

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The version and the licence of this installation. */
export const { version, license: licence } = packageJson;

/** The versions of Node.js it runs on: `>=22.19`. */
export const nodeRange: string = packageJson.engines.node;

/** `package.json` of this installation. */
export const packageFile = pathOf('../package.json');

/** The sample pictures. */
export const samplePictures = pathOf('../examples/pictures');

/** The model that answers where none is chosen: part of the repository. */
export const DEFAULT_MODEL = 'basic-colours';

/** Where that is, whatever folder other models have. */
export const defaultModelFolder = pathOf(`../models/${DEFAULT_MODEL}`);

/** The folder of the models that go by name: `MODELS_DIRECTORY`, or where the embedded one lies. */
export const modelsDirectoryOf = (env: Readonly<Record<string, string | undefined>>): string =>
  env.MODELS_DIRECTORY || pathOf('../models');

const moduleOf = (path: string): string =>
  new URL(`../${path}${extname(import.meta.url)}`, import.meta.url).href;

/** URL of the module that exports a function's `handler`, in the language that this module is in. */
export const functionModule = (name: string): string => moduleOf(`functions/${name}/handler`);

/** URL of the module whose `handler` loads a model once and says what it is. */
export const modelCheck = moduleOf('functions/classify/model/check-handler');

/**
 * Bundles a function for this machine and returns its module: what a deploy to a machine like this one would run, in
 * place of the source. esbuild is loaded only for this.
 */
export const bundledModule = async (name: string): Promise<string> => {
  const { bundleFunction } = await import('../infra/index.ts');
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const { directory, module } = await bundleFunction(name, { architecture });
  return join(directory, module);
};
