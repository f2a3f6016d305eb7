import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isModelName, locateModel } from '../functions/classify/index.ts';
import { loadModel } from '../functions/classify/work.ts';
import { ConfigurationError, messageOf, quote } from '../platform/index.ts';
import { modelFileNames } from './bundle/models.ts';

/** A model that a deploy uploads. */
export interface DeployedModel {
  /** The folder's name; the model goes by it. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Relative to the folder, with forward slashes. */
  readonly files: readonly string[];
  /** Of all files together. */
  readonly bytes: number;
  /** Of name, paths and contents: 16 hexadecimal digits. Another model has another. */
  readonly digest: string;
}

/**
 * Finds the model to deploy, and loads it once: a model that would fail in the cloud fails here.
 *
 * @param reference a name under `modelsDirectory`, or a folder
 * @throws ConfigurationError for an unknown name (listing the known ones), a missing folder, a broken model, and a
 *   folder whose name cannot be a model's
 */
export const readDeployedModel = async (
  reference: string,
  modelsDirectory: string,
): Promise<DeployedModel> => {
  try {
    return await read(reference, modelsDirectory);
  } catch (cause) {
    throw new ConfigurationError(`-c model: ${messageOf(cause)}`, { cause });
  }
};

const read = async (reference: string, modelsDirectory: string): Promise<DeployedModel> => {
  const folder = await locateModel(reference, { modelsDirectory });
  const name = basename(folder);
  if (!isModelName(name)) {
    throw new ConfigurationError(
      `expected a folder named with letters, digits, '.', '_' and '-', received ${quote(name)}`,
    );
  }
  await (await loadModel(folder)).release();
  const files = await modelFileNames(folder);
  const hash = createHash('sha256').update(name);
  let bytes = 0;
  for (const file of files) {
    const content = await readFile(join(folder, file));
    bytes += content.length;
    hash.update(`\n${file} ${createHash('sha256').update(content).digest('hex')}`);
  }
  return { name, folder, files, bytes, digest: hash.digest('hex').slice(0, 16) };
};
