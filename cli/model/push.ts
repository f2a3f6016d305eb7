import { join } from 'node:path';
import { loadModel } from '../../functions/classify/model/load.ts';
import { ModelLoadError } from '../../platform/errors.ts';
import { modelFiles } from './model-files.ts';
import { type Pause, tryAgain } from './try-again.ts';
import type { Uploader } from './uploader.ts';

export interface PushOptions {
  /** For messages: `s3://bucket/`. */
  readonly location: string;
  /** Ends with a slash, or is empty. The model's name follows. */
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly onTotal: (bytes: number) => Promise<void>;
  readonly onProgress: (bytes: number) => void;
  /** Waits between tries; default: real time. */
  readonly pause?: Pause;
}

const describe = (failure: unknown): string =>
  failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);

/**
 * Uploads a model that loads to `<prefix><name>/`, its graph last.
 *
 * @returns the model's URI, without a slash at the end
 * @throws ModelLoadError for a model that does not load, and where the store refuses; the signal's reason
 */
export const pushModel = async (
  name: string,
  folder: string,
  uploader: Uploader,
  options: PushOptions,
): Promise<string> => {
  const { location, prefix, signal, onProgress } = options;
  await (await loadModel(folder, { name })).release();
  const files = await modelFiles(folder);
  await options.onTotal(files.reduce((sum, { bytes }) => sum + bytes, 0));
  let before = 0;
  for (const file of files) {
    const key = `${prefix}${name}/${file.path}`;
    const tell = (bytes: number): void => onProgress(before + bytes);
    const put = () => uploader.put({ ...file, key, path: join(folder, file.path), signal, onProgress: tell });
    await tryAgain<void>(
      `${location}${key}`,
      async () => {
        try {
          return { done: await put() };
        } catch (failure) {
          signal.throwIfAborted();
          if (uploader.isPassing(failure)) return { again: describe(failure), cause: failure };
          throw new ModelLoadError(
            `${location}${key}: expected to put it there, received ${describe(failure)}`,
            {
              cause: failure,
            },
          );
        }
      },
      options,
    );
    before += file.bytes;
    onProgress(before);
  }
  return `${location}${prefix}${name}`;
};
