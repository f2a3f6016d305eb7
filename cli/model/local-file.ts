import { type FileHandle, open, stat } from 'node:fs/promises';
import { ModelLoadError } from '../../platform/errors.ts';

/** Bytes of a file; 0 where there is none. */
export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

const describe = (path: string, cause: unknown): ModelLoadError => {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const why =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'the disk is full (what is there is kept: make room, and pull again)'
      : String(cause);
  return new ModelLoadError(`${path}: expected to write it, received: ${why}`, { cause });
};

/** Writes content to a file, all of it. @throws ModelLoadError saying so if the disk is full */
export const writeTo = (handle: Pick<FileHandle, 'writeFile'>, path: string, content: Uint8Array | string) =>
  handle.writeFile(content).catch((cause: unknown) => {
    throw describe(path, cause);
  });

/**
 * Opens a file, lets `work` write to it, and makes sure of what it wrote, also when it fails.
 *
 * @param flags `a` to go on at its end, `w` to begin it
 */
export const writing = async <Result>(
  path: string,
  flags: 'a' | 'w',
  work: (handle: FileHandle) => Promise<Result>,
): Promise<Result> => {
  const handle = await open(path, flags).catch((cause: unknown) => {
    throw describe(path, cause);
  });
  try {
    return await work(handle);
  } finally {
    await handle.sync();
    await handle.close();
  }
};
