import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { writeWhole } from '../terminal.ts';

/** Puts a text in a file's place: whoever reads it finds the old or the new one, whole. @throws what the system says */
export const replaceFile = (path: string, text: string): void => {
  const aside = `${path}.partial`;
  const whole = openSync(aside, 'w');
  try {
    writeWhole(whole, Buffer.from(text));
    fsyncSync(whole);
    renameSync(aside, path);
  } finally {
    closeSync(whole);
    rmSync(aside, { force: true });
  }
};
