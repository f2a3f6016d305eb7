import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkConfigFile,
  configFiles,
  filesOfModel,
  findGraph,
  leastConfigFile,
  placesOfGraph,
} from '../../functions/classify/index.ts';
import { ConfigurationError } from '../../platform/index.ts';

/** The files of a model in a folder: graph, external data, the two JSON files, and nothing else that lies there. */
export const modelFileNames = async (folder: string): Promise<readonly string[]> => {
  const names = await filesOfModel(folder).catch((cause: unknown) => {
    throw new ConfigurationError(`${folder}: expected a model's folder, received none there`, { cause });
  });
  const graph = findGraph(names);
  if (graph === undefined) {
    throw new ConfigurationError(`${folder}: expected a graph at one of ${placesOfGraph}, received none`);
  }
  if (!names.includes(leastConfigFile)) {
    throw new ConfigurationError(`${folder}: expected ${leastConfigFile} beside the graph, received none`);
  }
  const configs = configFiles.filter((name) => names.includes(name));
  const path = join(folder, leastConfigFile);
  await checkConfigFile(leastConfigFile, await readFile(path, 'utf8'), path, configs.length === 1);
  return [...configs, graph.graph, ...graph.externalData].sort();
};

/** The files of models of the repository, for a bundle. */
export const embeddedModelFiles = async (root: string, models: readonly string[]) => {
  const files = models.map(async (model) => {
    const folder = join(root, 'models', model);
    const names = await modelFileNames(folder);
    return Promise.all(
      names.map(async (name) => ({
        path: `models/${model}/${name}`,
        purpose: 'model' as const,
        content: await readFile(join(folder, name)),
      })),
    );
  });
  return (await Promise.all(files)).flat();
};
