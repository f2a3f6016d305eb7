import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkConfigFile, configFiles, type ModelCheck } from '../../functions/classify/index.ts';
import { type DownloadOptions, download } from './download.ts';
import { ORIGIN_FILE, type Origin, sizeOf, writeFailure } from './files.ts';
import { bytesHere, checkRoom, install } from './install.ts';
import { proveModel } from './prove.ts';
import type { ModelSource, RemoteFile, WrittenFile } from './sources.ts';

export interface PullOptions extends Omit<DownloadOptions, 'headers' | 'onProgress'> {
  readonly modelsDirectory: string;
  /** Called with how many bytes of the model are here. */
  readonly onProgress?: (bytes: number) => void;
}

/** A model that was pulled. */
export type PulledModel = Pick<ModelCheck, 'folder' | 'classes' | 'answers' | 'sha256' | 'unusual'>;

const write = (path: string, text: string): Promise<void> =>
  writeFile(path, text, { flush: true }).catch((cause: unknown) => {
    throw writeFailure(path, cause);
  });

const bringFile = async (
  file: RemoteFile | WrittenFile,
  { files }: ModelSource,
  folder: string,
  options: DownloadOptions,
): Promise<void> => {
  const path = join(folder, file.path);
  await mkdir(dirname(path), { recursive: true });
  if ('text' in file) await write(path, file.text);
  else await download(file, path, options);
  const config = configFiles.find((name) => name === file.path);
  if (config === undefined) return;
  const isAlone = files.filter((other) => configFiles.some((name) => name === other.path)).length === 1;
  await checkConfigFile(config, await readFile(path, 'utf8'), 'url' in file ? file.url : file.path, isAlone);
};

const bringAll = async (source: ModelSource, folder: string, options: PullOptions): Promise<void> => {
  const { onProgress = () => {}, ...rest } = options;
  let before = 0;
  for (const file of source.files) {
    const onFileProgress = (bytes: number): void => onProgress(before + bytes);
    await bringFile(file, source, folder, { ...rest, headers: source.headers, onProgress: onFileProgress });
    before += await sizeOf(join(folder, file.path));
    onProgress(before);
  }
};

/** Loads it once, which proves that it works. */
const prove = async (source: ModelSource, folder: string, signal: AbortSignal | undefined) => {
  try {
    return await proveModel(folder, source.name, { signal });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    // every byte is as it should be, so another pull would come to the same end
    await rm(folder, { recursive: true, force: true });
    throw failure;
  }
};

/**
 * Pulls a model: every file is downloaded (or what is missing of it), verified, and the model is loaded once before it
 * is put into the folder of models, in one step. One that is there is replaced.
 *
 * @throws ModelLoadError for what cannot be had, is not what it should be, does not fit on the disk or does not load;
 *   InvalidRequestError for what is not there, or may not be read, and where another process is pulling it. The
 *   signal's reason; what is here then is gone on with by the next call
 */
export const pullModel = async (source: ModelSource, options: PullOptions): Promise<PulledModel> => {
  let proved: Omit<PulledModel, 'folder'> = { classes: 0, answers: '', sha256: '', unusual: [] };
  const folder = await install(options.modelsDirectory, source.name, async (aside) => {
    await checkRoom(source, aside);
    options.onProgress?.(await bytesHere(source, aside));
    await bringAll(source, aside, options);
    proved = await prove(source, aside, options.signal);
    const { page, licence } = source;
    const origin: Origin = { page, sha256: proved.sha256, ...(licence !== undefined && { licence }) };
    await write(join(aside, ORIGIN_FILE), `${JSON.stringify(origin, null, 2)}\n`);
  });
  const { classes, answers, sha256, unusual } = proved;
  return { folder, classes, answers, sha256, unusual };
};
