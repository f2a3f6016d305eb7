import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { BundleFile } from './manifest.ts';

const filesIn = async (directory: string): Promise<readonly string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
};

const isThere = async (directory: string, files: readonly BundleFile[]): Promise<boolean> => {
  const present = await filesIn(directory);
  if (present.length !== files.length) return false;
  const same = files.map(async ({ path, content }) => {
    const there = await readFile(join(directory, path)).catch(() => undefined);
    return there?.equals(content) ?? false;
  });
  return (await Promise.all(same)).every(Boolean);
};

/**
 * Makes a directory hold exactly these files. One that already does is left alone; any other is replaced in one
 * step, so that whoever reads it finds the old bundle or the new one.
 */
export const writeBundle = async (directory: string, files: readonly BundleFile[]): Promise<void> => {
  if (await isThere(directory, files)) return;
  await mkdir(dirname(directory), { recursive: true });
  const temporary = await mkdtemp(`${directory}.partial-`);
  try {
    for (const { path, content } of files) {
      await mkdir(dirname(join(temporary, path)), { recursive: true });
      await writeFile(join(temporary, path), content);
    }
    await rm(directory, { recursive: true, force: true });
    await rename(temporary, directory).catch(async (failure: unknown) => {
      // another process was faster, with the same files
      if (!(await isThere(directory, files))) throw failure;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};
