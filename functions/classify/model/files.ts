import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelLoadError } from '../../../platform/index.ts';

/** Where a model's graph may lie in its folder, best first. */
const graphPlaces = ['model.onnx', 'onnx/model.onnx'] as const;

/** Taken only where it is the one graph there is: Optimum writes it beside the full one. */
const lastResort = 'onnx/model_quantized.onnx';

/** The two JSON files of a model in Hugging Face's layout. */
export const configFiles = ['config.json', 'preprocessor_config.json'] as const;

/** Which of them no model is without: timm's have `pretrained_cfg` in it, and no second one. */
export const leastConfigFile = configFiles[0];

/** For messages: where a graph is looked for. */
export const placesOfGraph = [...graphPlaces, lastResort].join(', ');

/** The files of a graph: itself, and the weights it keeps outside. */
export interface GraphFiles {
  readonly graph: string;
  readonly externalData: readonly string[];
}

/**
 * Picks a model's graph from the files of its folder.
 *
 * @param paths relative to the model's folder, with forward slashes
 * @returns undefined where there is none
 */
export const findGraph = (paths: readonly string[]): GraphFiles | undefined => {
  const graph = [...graphPlaces, lastResort].find((place) => paths.includes(place));
  if (graph === undefined) return undefined;
  return { graph, externalData: paths.filter((path) => isExternalData(path, graph)).sort() };
};

/** `model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`: as the exporters of PyTorch and Optimum name them. */
const isExternalData = (path: string, graph: string): boolean =>
  /^[._]data(_\d+)?$/.test(path.slice(graph.length)) && path.startsWith(graph);

/** The files of a model's folder and of its `onnx` folder: relative, with forward slashes. Fails where there is none. */
export const filesOfModel = async (folder: string): Promise<readonly string[]> => {
  const inside = await readdir(join(folder, 'onnx')).catch(() => []);
  return [...(await readdir(folder)), ...inside.map((file) => `onnx/${file}`)];
};

/** No model goes by a name. A deployer's mistake where it is configured, a caller's where a request names it. */
export class UnknownModelError extends ModelLoadError {
  /** The names there are, where they can be counted. */
  readonly known: readonly string[];

  constructor(message: string, known: readonly string[]) {
    super(message);
    this.known = known;
  }
}
