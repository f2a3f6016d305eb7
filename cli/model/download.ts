import { rm } from 'node:fs/promises';
import { ModelLoadError } from '../../platform/errors.ts';
import { digestOf } from './digest.ts';
import { forgetEtag } from './etag.ts';
import { sizeOf } from './local-file.ts';
import type { RemoteFile } from './source.ts';
import { type TransferOptions, transfer } from './transfer.ts';
import { type Pause, tryAgain } from './try-again.ts';

export interface DownloadOptions extends TransferOptions {
  /** Waits between tries; default: real time. */
  readonly pause?: Pause;
}

/** What is wrong with a file's content; undefined where nothing is. */
const wrongWith = async ({ bytes, digest }: RemoteFile, path: string): Promise<string | undefined> => {
  const here = await sizeOf(path);
  if (bytes !== undefined && here !== bytes) return `expected ${bytes} bytes, received ${here}`;
  if (digest === undefined) return undefined;
  const received = await digestOf(path, digest.kind);
  const name = digest.kind === 'sha256' ? 'content of sha256' : "content of Git's blob";
  return received === digest.hex ? undefined : `expected ${name} ${digest.hex}, received ${received}`;
};

const forget = async (path: string): Promise<void> => {
  await rm(path, { force: true });
  await forgetEtag(path);
};

/** Brings a file, going on with what is here of it. @returns whether it is of more than one answer */
const bring = async (file: RemoteFile, path: string, options: DownloadOptions): Promise<boolean> => {
  const here = await sizeOf(path);
  if (here > 0 && here === file.bytes && file.digest !== undefined) return true;
  if (here > (file.bytes ?? Number.POSITIVE_INFINITY)) await forget(path);
  let tries = 0;
  const { resumed } = await tryAgain(
    file.url,
    () => {
      tries += 1;
      return transfer(file, path, options);
    },
    options,
  );
  return resumed || tries > 1;
};

/**
 * Downloads a file and verifies it. What an earlier call left of it is gone on with (`Range`, `If-Range`); what is cut
 * off is resumed; what is whole is only verified. After a failure or an abort the part stays for the next call, unless
 * its content is wrong.
 *
 * @param path of the file, whose folder exists
 * @throws ModelLoadError where it cannot be had, or is not the file that is expected (saying both digests); it is then
 *   removed. InvalidRequestError where there is no such file for us. The signal's reason
 */
export const download = async (file: RemoteFile, path: string, options: DownloadOptions): Promise<void> => {
  const resumed = await bring(file, path, options);
  let wrong = await wrongWith(file, path);
  if (wrong !== undefined && resumed) {
    // it may be two halves of two files
    await forget(path);
    await bring(file, path, options);
    wrong = await wrongWith(file, path);
  }
  await forgetEtag(path);
  if (wrong === undefined) return;
  await forget(path);
  throw new ModelLoadError(`${file.url}: ${wrong}. What was received is removed.`);
};
