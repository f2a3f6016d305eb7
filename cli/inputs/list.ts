import { isAbsolute, join } from 'node:path';
import { isReference, type Picture, pictureAt } from './picture.ts';

/**
 * Reads a list of pictures: one path or reference per line. Blank lines and lines that begin with `#` are skipped,
 * spaces around a line are not part of it. Nothing is looked up: a line is a picture, whatever it names.
 *
 * @param folder what relative paths are relative to
 */
export const readList = (text: string, folder: string, cwd: string): readonly Picture[] =>
  text
    .replace(/^\u{FEFF}/u, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      if (isReference(line)) return { reference: line, shown: line };
      return pictureAt(isAbsolute(line) ? line : join(folder, line), cwd);
    });
