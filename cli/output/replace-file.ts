import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { writeWhole } from '../terminal.ts';

const writeTo = (path: string, text: string, land: (fd: number) => void = () => {}): void => {
  const fd = openSync(path, 'w');
  try {
    writeWhole(fd, Buffer.from(text));
    land(fd);
  } finally {
    closeSync(fd);
  }
};

/**
 * Puts a text in a file's place: whoever reads it finds the old or the new one, whole. A link stays, and so does a
 * device or a pipe, which are written to. @throws what the system says
 */
export const replaceFile = (path: string, text: string): void => {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there !== undefined && !there.isFile()) {
    writeTo(path, text);
    return;
  }
  const place = there === undefined ? path : realpathSync(path);
  const aside = `${place}.partial`;
  try {
    writeTo(aside, text, (fd) => {
      fsyncSync(fd);
      renameSync(aside, place);
    });
  } finally {
    rmSync(aside, { force: true });
  }
};
