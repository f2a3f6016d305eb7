import { readFile, rm, writeFile } from 'node:fs/promises';
import { InvalidRequestError } from '../../platform/errors.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    // there is one, of somebody else
    return failure instanceof Error && 'code' in failure && failure.code === 'EPERM';
  }
};

const take = (path: string): Promise<boolean> =>
  writeFile(path, String(process.pid), { flag: 'wx' }).then(
    () => true,
    (failure: NodeJS.ErrnoException) => {
      if (failure.code === 'EEXIST') return false;
      throw failure;
    },
  );

/**
 * Lets one process at a time do `work`: two that write one file would spoil it. A lock whose process is gone is taken
 * over.
 *
 * @param path of the lock's file
 * @throws InvalidRequestError where another process is at it, or this one
 */
export const withLock = async <Result>(path: string, work: () => Promise<Result>): Promise<Result> => {
  if (!(await take(path))) {
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    if (Number.isInteger(owner) && owner > 0 && isAlive(owner)) {
      throw new InvalidRequestError(
        `${path}: expected no other pull of this model, received one by process ${owner}`,
      );
    }
    await rm(path, { force: true });
    if (!(await take(path))) {
      throw new InvalidRequestError(`${path}: expected no other pull of this model, received one`);
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
};
