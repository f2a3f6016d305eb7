import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelLoadError } from '../../platform/errors.ts';
import { formatBytes } from './bytes.ts';
import { sizeOf } from './local-file.ts';
import type { ModelSource } from './source.ts';

/** Bytes of a model's files that are known. */
export const bytesOf = ({ files }: ModelSource): number =>
  files.reduce((sum, file) => sum + ('text' in file ? Buffer.byteLength(file.text) : (file.bytes ?? 0)), 0);

/** Bytes of a model's files that are in a folder already. */
export const bytesHere = async ({ files }: ModelSource, folder: string): Promise<number> => {
  const sizes = await Promise.all(files.map(({ path }) => sizeOf(join(folder, path))));
  return sizes.reduce((sum, size) => sum + size, 0);
};

/** @throws ModelLoadError where the disk has less room than what is still to come */
export const checkRoom = async (source: ModelSource, folder: string): Promise<void> => {
  const wanted = bytesOf(source) - (await bytesHere(source, folder));
  const { bavail, bsize } = await statfs(folder);
  if (wanted <= bavail * bsize) return;
  throw new ModelLoadError(
    `${folder}: expected room for ${formatBytes(wanted)}, received a disk with ${formatBytes(bavail * bsize)} free`,
  );
};
