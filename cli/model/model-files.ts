import { join } from 'node:path';
import { configFiles, filesOfModel, findGraph } from '../../functions/classify/model/files.ts';
import { ModelLoadError } from '../../platform/errors.ts';
import { digestOf } from './digest.ts';
import { sizeOf } from './local-file.ts';
import { ORIGIN_FILE } from './origin.ts';

/** A file of a model here. */
export interface ModelFile {
  /** In the model's folder, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * The files that make a model, of all that lie in its folder: the graph last, for a model is found by its graph, and
 * should not be before it is whole.
 *
 * @throws ModelLoadError for a folder without a graph
 */
export const modelFiles = async (folder: string): Promise<readonly ModelFile[]> => {
  const paths = await filesOfModel(folder);
  const graph = findGraph(paths);
  if (graph === undefined)
    throw new ModelLoadError(`${folder}: expected a model, received a folder without a graph`);
  const wanted = [...configFiles, ORIGIN_FILE, ...graph.externalData, graph.graph];
  return Promise.all(
    wanted
      .filter((path) => paths.includes(path))
      .map(async (path) => ({
        path,
        bytes: await sizeOf(join(folder, path)),
        sha256: await digestOf(join(folder, path), 'sha256'),
      })),
  );
};
