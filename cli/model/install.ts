import { mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidRequestError, ModelLoadError } from '../../platform/index.ts';
import { formatBytes } from '../output/amounts.ts';
import { isThere, sizeOf } from './files.ts';
import type { ModelSource } from './sources.ts';

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

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    // there is one, of somebody else
    return failure instanceof Error && 'code' in failure && failure.code === 'EPERM';
  }
};

const take = (lock: string): Promise<boolean> =>
  writeFile(lock, String(process.pid), { flag: 'wx' }).then(
    () => true,
    (failure: NodeJS.ErrnoException) => {
      if (failure.code === 'EEXIST') return false;
      throw failure;
    },
  );

/**
 * Lets one process at a time do `work`: two that write one file would spoil it. A lock whose process is gone is taken
 * over.
 */
const withLock = async (lock: string, work: () => Promise<void>): Promise<void> => {
  if (!(await take(lock))) {
    const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
    const isHeld = Number.isInteger(owner) && owner > 0 && isAlive(owner);
    if (!isHeld) await rm(lock, { force: true });
    if (isHeld || !(await take(lock))) {
      throw new InvalidRequestError(
        `${lock}: expected no other pull of this model, received one${isHeld ? ` by process ${owner}` : ''}`,
      );
    }
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
};

/** Begins the names of folders that are not complete: no model has such a name. */
const PARTIAL = '.partial-';

/**
 * Makes a model's folder aside and moves it into place in one step: it is there whole or not at all. What `make`
 * leaves when it fails is found again by the next call.
 *
 * @param make fills a folder, which may hold what an earlier call left
 * @returns the model's folder
 * @throws InvalidRequestError where another process makes the same model
 */
export const install = async (
  modelsDirectory: string,
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> => {
  await mkdir(modelsDirectory, { recursive: true });
  const partial = join(modelsDirectory, `${PARTIAL}${name}`);
  const place = join(modelsDirectory, name);
  await withLock(`${partial}.lock`, async () => {
    // one level deeper than a model: what is not complete must not be found by name
    const folder = join(partial, 'files');
    await mkdir(folder, { recursive: true });
    await make(folder);
    const replaced = join(partial, 'replaced');
    await rm(replaced, { recursive: true, force: true });
    if (await isThere(place)) await rename(place, replaced);
    await rename(folder, place);
    await rm(partial, { recursive: true, force: true });
  });
  return place;
};
