import { join, resolve } from 'node:path';
import { catalogue } from '../../models/index.ts';
import { InvalidRequestError, ModelLoadError } from '../../platform/index.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { modelsDirectoryOf } from '../installation.ts';
import { formatBytes } from '../output/amounts.ts';
import type { Terminal } from '../terminal.ts';
import { isThere, readOrigin, sizeOf } from './files.ts';
import { readHub } from './hub.ts';
import { bytesOf } from './install.ts';
import { pullModel } from './pull.ts';
import { chooseSource, type ModelSource, nameToPull } from './sources.ts';
import { stoppable } from './stoppable.ts';
import { PassingFailure } from './try-again.ts';
import { openWeb } from './web.ts';

export interface PullArguments {
  readonly name: string | undefined;
  /** A file here that is the graph: for machines without network. */
  readonly from?: string;
  /** Pull it though it is here. */
  readonly force: boolean;
}

const statedLicence = (licence: string | undefined, page: string): string =>
  licence === undefined ? `licence: the page states none, see ${page}` : `licence: ${licence}, see ${page}`;

/** Models named where none is: enough to begin with. */
const SUGGESTED = 4;

const suggestions = (): string =>
  catalogue
    .toSorted((one, other) => one.bytes - other.bytes)
    .slice(0, SUGGESTED)
    .map(({ name, bytes }) => `${name} (${formatBytes(bytes)})`)
    .join(', ');

/** The source, its graph from a file here. @throws InvalidRequestError for a file that cannot be the graph */
const sourceFrom = async (source: ModelSource, from: string): Promise<ModelSource> => {
  const graph = source.files.find((file) => 'url' in file && file.path.endsWith('.onnx'));
  if (graph === undefined || 'text' in graph || graph.bytes === undefined || graph.digest === undefined) {
    throw new InvalidRequestError(
      `--from: expected a model whose graph has a digest, ${source.page} states none`,
    );
  }
  const bytes = await sizeOf(from);
  if (bytes !== graph.bytes) {
    throw new InvalidRequestError(
      `--from: expected a file of ${graph.bytes} bytes, ${graph.digest.kind} ${graph.digest.hex}, received ${bytes} in ${from}`,
    );
  }
  return {
    ...source,
    files: source.files.map((file) => (file === graph ? { ...graph, copies: [from] } : file)),
  };
};

/** Whether a download failed because the network did. */
const isOffline = (failure: unknown): boolean =>
  failure instanceof ModelLoadError &&
  (failure.cause instanceof PassingFailure || (failure.cause instanceof Error && 'code' in failure.cause));

/** What to bring here by other means, and what to do with it then. */
const withoutNetwork = (name: string, { files }: ModelSource): readonly string[] => {
  const graph = files.find((file) => 'url' in file && file.path.endsWith('.onnx'));
  if (graph === undefined || 'text' in graph || graph.digest === undefined) return [];
  return [
    'without network: bring this file here by other means',
    `  ${graph.url} (${formatBytes(graph.bytes ?? 0)}, ${graph.digest.kind} ${graph.digest.hex})`,
    `and then: droste model pull ${name} --from <file>`,
  ];
};

/**
 * `droste model pull`: says on stderr what it brings and under which licence, and on stdout where the model is.
 *
 * @throws InvalidRequestError or ConfigurationError for what the command line or the environment names wrongly,
 *   ModelLoadError for a pull that fails
 */
export const runPull = async (
  { name, from, force }: PullArguments,
  terminal: Terminal,
): Promise<ExitCode> => {
  if (name === undefined) {
    throw new InvalidRequestError(
      `expected the name of a model: ${suggestions()}, … ("droste model list" lists all), or owner/name on Hugging Face`,
    );
  }
  const { stdout, stderr, env } = terminal;
  const hub = readHub(env);
  const modelsDirectory = modelsDirectoryOf(env);
  const folder = join(modelsDirectory, nameToPull(name));
  if (!force && (await isThere(folder))) {
    const origin = await readOrigin(folder);
    if (origin !== undefined) stderr.write(`${statedLicence(origin.licence, origin.page)}\n`);
    stderr.write(`${name} is here already; --force pulls it again\n`);
    stdout.write(`${folder}\n`);
    return exitCodes.done;
  }
  const web = openWeb(env);
  try {
    const kept = 'stopped; what is here is kept, and the same command goes on with it';
    return await stoppable(terminal, kept, async ({ signal, onProgress, say }) => {
      const chosen = await chooseSource(name, hub, { web, signal });
      const source = from === undefined ? chosen : await sourceFrom(chosen, resolve(terminal.cwd(), from));
      const total = bytesOf(source);
      say(`pulling ${name}, ${formatBytes(total)}; ${statedLicence(source.licence, source.page)}`);
      const { answers, sha256, unusual } = await pullModel(source, {
        ...{ modelsDirectory, web, signal },
        onProgress: (bytes) => onProgress(bytes, total),
      }).catch((failure: unknown) => {
        if (isOffline(failure)) for (const line of withoutNetwork(name, source)) say(line);
        throw failure;
      });
      say(`${source.name}: ${answers}; sha256 ${sha256}`);
      for (const what of unusual) say(`unusual: ${what}`);
      say(`use it: droste classify --model ${source.name}`);
      stdout.write(`${folder}\n`);
    });
  } finally {
    await web.close();
  }
};
