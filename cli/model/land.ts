import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.ts';

/** Begins the names of folders that are on their way: no model has such a name. */
const PARTIAL = '.partial-';

/** Whether there is something at a path. */
export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Makes a model's folder aside and moves it into place in one step: it is there whole or not at all. What `make`
 * leaves when it fails is found again by the next call.
 *
 * @param make fills a folder, which may hold what an earlier call left
 * @returns the model's folder
 * @throws InvalidRequestError where another process makes the same model
 */
export const land = async (
  modelsDirectory: string,
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> => {
  await mkdir(modelsDirectory, { recursive: true });
  const partial = join(modelsDirectory, `${PARTIAL}${name}`);
  const place = join(modelsDirectory, name);
  await withLock(`${partial}.lock`, async () => {
    // one level deeper than a model: what is on its way must not be found by name
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
