import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DrosteError, ModelLoadError } from '../../../platform/index.ts';
import { settleAnswerKind } from '../core/answer-kind.ts';
import { chooseOutput, type GraphInput, readGraphInput, type TensorDescription } from '../core/graph.ts';
import { parseModelConfig } from '../core/labels.ts';
import { pixelPlan } from '../core/pixel-plan.ts';
import type { Extent, Preprocessing } from '../core/preprocessing.ts';
import { parsePreprocessing, parseTimmPreprocessing } from '../core/preprocessor-config.ts';
import { tensorWriter } from '../core/tensor.ts';
import { openGraph } from './adapters/onnx.ts';
import { type Classifier, createClassifier, createRunner } from './classifier.ts';
import { sha256OfFiles } from './digest.ts';
import { configFiles, filesOfModel, findGraph, type GraphFiles, placesOfGraph } from './files.ts';
import type { GraphSession } from './graph-session.ts';

export interface LoadModelOptions {
  /** Intra-op threads of ONNX Runtime; default 1. */
  readonly threads?: number;
  /** The model's name in results; default the folder's. */
  readonly name?: string;
}

/**
 * Loads a model from its folder, in Hugging Face's layout: `model.onnx` (or `onnx/model.onnx`, or
 * `onnx/model_quantized.onnx` where that is the only one), `config.json` and `preprocessor_config.json`; without the
 * latter, timm's `pretrained_cfg` is read. Everything is checked against everything, and the graph is run once on zeros:
 * that counts its classes where its shape is symbolic, and warms it.
 *
 * @param directory path of the folder
 * @throws ModelLoadError for a missing folder or file, a malformed one (naming file and key), a graph that does not
 *   load or is no image classifier, and labels or preprocessing that do not fit the graph
 */
export const loadModel = async (directory: string, options: LoadModelOptions = {}): Promise<Classifier> =>
  (await openModel(directory, options)).classifier;

/** A loaded model, and what it was made of. */
export interface OpenModel {
  readonly classifier: Classifier;
  readonly folder: string;
  /** Relative to the folder, with forward slashes. */
  readonly files: GraphFiles;
  readonly preprocessing: Preprocessing;
  readonly input: GraphInput;
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
  /** Name of the output that is taken. */
  readonly output: string;
  /** Of a picture after preprocessing. */
  readonly size: Extent;
}

/** {@link loadModel}, with what there is to say about the model. */
export const openModel = async (directory: string, options: LoadModelOptions = {}): Promise<OpenModel> => {
  const folder = resolve(directory);
  const paths = await filesUnder(folder);
  const files = findGraph(paths);
  if (files === undefined) {
    throw new ModelLoadError(`${folder}: expected a graph at one of ${placesOfGraph}, received none`);
  }
  const [configPath, preprocessorPath] = configFiles.map((file) => join(folder, file)) as [string, string];
  const configText = await readConfig(configPath);
  const config = parseModelConfig(configText, configPath);
  const source = paths.includes(configFiles[1]) ? preprocessorPath : configPath;
  const preprocessingFor =
    source === configPath ? parseTimmPreprocessing(configText, configPath) : await readPreprocessing(source);
  const graphPath = join(folder, files.graph);
  const sha256 = await sha256OfFiles([graphPath, ...files.externalData.map((file) => join(folder, file))]);
  const session = await openGraph(graphPath, options.threads ?? 1);

  return releasedOnFailure(session, graphPath, async () => {
    const input = readGraphInput(session.inputs, graphPath);
    const preprocessing = preprocessingFor(input);
    const { plan, ...size } = pixelPlan(preprocessing, input, source);
    const write = tensorWriter(preprocessing, input, size, source);
    const output = chooseOutput(session.outputs, graphPath, config.outputName);
    const runner = createRunner(session, input, output.name, size, graphPath);
    const numbers = await runner.run().catch((cause: unknown) => {
      if (cause instanceof ModelLoadError) throw cause;
      throw new ModelLoadError(
        `${graphPath}: expected a graph that runs on a picture of ${size.width}×${size.height}, received: ${cause}`,
        { cause },
      );
    });
    const { kind, warnings } = settleAnswerKind(config, numbers, configPath);
    const classifier = createClassifier({
      name: options.name ?? basename(folder),
      sha256,
      plan,
      warnings: [...config.warnings, ...output.warnings, ...warnings],
      kind,
      classes: numbers.length,
      write,
      runner,
      release: () => session.release(),
    });
    const { inputs, outputs } = session;
    return { classifier, folder, files, preprocessing, input, inputs, outputs, output: output.name, size };
  });
};

const filesUnder = async (folder: string): Promise<readonly string[]> => {
  const found = await stat(folder).catch((cause: unknown) => {
    throw new ModelLoadError(`${folder}: expected a model's folder, received none there`, { cause });
  });
  if (!found.isDirectory()) throw new ModelLoadError(`${folder}: expected a model's folder, received a file`);
  return filesOfModel(folder);
};

const readConfig = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ModelLoadError(`${path}: expected a file, received none that can be read`, { cause });
  });

const readPreprocessing = async (path: string): Promise<() => Preprocessing> => {
  const preprocessing = parsePreprocessing(await readConfig(path), path);
  return () => preprocessing;
};

const releasedOnFailure = async <Result>(
  session: GraphSession,
  where: string,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work();
  } catch (failure) {
    await session.release();
    if (failure instanceof DrosteError) throw failure;
    // sizes that a graph declares are anybody's numbers: what they make Node throw is the model's fault too
    throw new ModelLoadError(`${where}: expected a graph of usable sizes, received: ${failure}`, {
      cause: failure,
    });
  }
};
