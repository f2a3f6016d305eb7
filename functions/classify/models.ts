import { basename } from 'node:path';
import { InvalidRequestError, nameSome, quote } from '../../platform/index.ts';
import { openStore } from '../../platform/storage/index.ts';
import type { ClassifyConfig } from './config.ts';
import type { Classifier } from './model/classifier.ts';
import type { FetchModelOptions } from './model/fetch.ts';
import { UnknownModelError } from './model/files.ts';
import { loadModel } from './model/load.ts';
import { isModelName, locateModel, modelNames } from './model/locate.ts';

/** The models of this execution environment. */
export interface Models {
  /** The configured model. */
  default(): Promise<Classifier>;
  /** A model by its name. @throws InvalidRequestError for what is no name, and for one that no model has. */
  named(name: string): Promise<Classifier>;
}

/** The AWS SDK is loaded when the first model is read from S3. */
const remoteOptions = ({ downloadsDirectory }: ClassifyConfig): FetchModelOptions => ({
  store: (bucket) => openStore(`s3://${bucket}`),
  directory: downloadsDirectory,
});

const locate = async (reference: string, config: ClassifyConfig): Promise<string> => {
  const { modelsDirectory, modelsUri } = config;
  const elsewhere =
    modelsUri !== undefined &&
    isModelName(reference) &&
    !(await modelNames(modelsDirectory)).includes(reference);
  const found = elsewhere ? `${modelsUri.replace(/\/$/, '')}/${reference}` : reference;
  return locateModel(found, {
    modelsDirectory,
    // with whatever else is no file, so that what is refused is told of s3:// too
    ...(/^(?!file:)[a-z][a-z0-9+.-]*:\/\//i.test(found) && { remote: remoteOptions(config) }),
  });
};

/**
 * Loads each model once per execution environment, whatever it is called by: ONNX Runtime leaks where sessions are made
 * again and again (onnxruntime#25325). A model that failed to load is tried again by the next request.
 */
export const createModels = (config: ClassifyConfig): Models => {
  const located = new Map<string, Promise<string>>();
  const loaded = new Map<string, Promise<Classifier>>();
  // wherever it lies, the configured model goes by its own name
  const ownName = basename(config.model);
  const load = async (asked: string): Promise<Classifier> => {
    const reference = asked === ownName ? config.model : asked;
    const directory = await once(located, reference, () => locate(reference, config));
    return once(loaded, directory, async () => {
      const classifier = await loadModel(directory, { threads: config.inferenceThreads });
      for (const warning of classifier.warnings) console.warn(warning);
      return classifier;
    });
  };
  return {
    default: () => load(config.model),
    named: async (name) => {
      if (isModelName(name)) return load(name).catch((error) => refuseUnknown(error, name));
      throw new InvalidRequestError(`options.models: expected names of models, received ${quote(name)}`);
    },
  };
};

/** A request's mistake: it is told the names there are, and not where models lie. */
const refuseUnknown = async (error: unknown, name: string): Promise<never> => {
  if (!(error instanceof UnknownModelError)) throw error;
  const known = error.known.length > 0 ? ` (${nameSome(error.known)})` : '';
  throw new InvalidRequestError(
    `options.models: expected the name of a model${known}, received ${quote(name)}`,
  );
};

/** What was made for a key, or is being made; a failure is forgotten. */
const once = <T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> => {
  const found = known.get(key);
  if (found) return found;
  const making = make();
  known.set(key, making);
  making.catch(() => known.delete(key));
  return making;
};
