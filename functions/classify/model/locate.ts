import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelLoadError, quote } from '../../../platform/index.ts';
import { type FetchModelOptions, fetchModel } from './fetch.ts';
import { filesOfModel, findGraph, UnknownModelError } from './files.ts';

export interface LocateModelOptions {
  /** Folder whose subfolders are the models that go by a bare name. */
  readonly modelsDirectory: string;
  /** What relative folders are relative to; default the working directory. */
  readonly baseDirectory?: string;
  /** For models in S3; absent, `s3://` is refused. */
  readonly remote?: FetchModelOptions;
}

/**
 * Finds a model's folder, bringing it from S3 first where it lives there. The reference is one of
 *
 * - a bare name (`basic-colours`), looked up under the models folder;
 * - a folder, absolute or relative (anything with a slash in it, or `.` and `..`), or its `file://` URL;
 * - `s3://bucket/prefix`.
 *
 * All but bare names reach whatever this process can read: pass only {@link isModelName names} on from a request.
 *
 * @returns a path for `loadModel`, which checks that there is a model
 * @throws ModelLoadError for an unknown name (listing the names there are), and for a URL of another scheme
 */
export const locateModel = async (reference: string, options: LocateModelOptions): Promise<string> => {
  const { modelsDirectory, baseDirectory = '.', remote } = options;
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(reference) ?? [];
  if (scheme === undefined) {
    return isModelName(reference)
      ? locateByName(reference, modelsDirectory)
      : resolve(baseDirectory, reference);
  }
  if (scheme === 'file') return fileOf(reference);
  if (scheme === 's3' && remote !== undefined) return fetchModel(reference, remote);
  throw new ModelLoadError(
    `expected a model as a name, a folder, file://${remote === undefined ? '' : ' or s3://'}, received ${quote(reference)}`,
  );
};

/** Whether a reference is a bare name: letters, digits, `.`, `_` and `-`, beginning with a letter or digit. */
export const isModelName = (reference: string): boolean => /^[a-z0-9][\w.-]*$/i.test(reference);

/** The names under a models folder, sorted: its subfolders that hold a graph. None where there is no such folder. */
export const modelNames = async (modelsDirectory: string): Promise<readonly string[]> => {
  const entries = await readdir(modelsDirectory, { withFileTypes: true }).catch(() => []);
  const names = await Promise.all(
    entries.map(async ({ name }) => {
      const files = await filesOfModel(join(modelsDirectory, name)).catch(() => []);
      return findGraph(files) === undefined ? [] : [name];
    }),
  );
  return names.flat().sort();
};

const locateByName = async (name: string, modelsDirectory: string): Promise<string> => {
  const names = await modelNames(modelsDirectory);
  if (names.includes(name)) return resolve(modelsDirectory, name);
  throw new UnknownModelError(
    `expected the name of a model in ${resolve(modelsDirectory)} (${names.join(', ') || 'none there'}), received ${quote(name)}`,
    names,
  );
};

const fileOf = (url: string): string => {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new ModelLoadError(`expected a file:// URL of a folder here, received ${quote(url)}`, {
      cause,
    });
  }
};
