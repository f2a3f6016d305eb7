import { glob } from 'node:fs/promises';
import { isPictureName, type Picture, pictureAt } from './picture.ts';

/** Whether a text has a glob's special characters. */
export const isPattern = (text: string): boolean => /[*?[\]{}]/.test(text);

/** The pictures (by extension, as in folders) that a glob matches, sorted by path; `**` crosses folders. */
export const picturesLike = async (pattern: string, cwd: string): Promise<readonly Picture[]> => {
  const paths: string[] = [];
  for await (const path of glob(pattern, { cwd })) {
    if (isPictureName(path.slice(path.lastIndexOf('/') + 1))) paths.push(path);
  }
  return paths.sort().map((path) => pictureAt(path, cwd));
};
