import { closeSync, fsyncSync, openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { ModelLoadError } from '../../platform/index.ts';
import { writeWhole } from '../terminal.ts';
import { writeFailure } from './files.ts';
import type { RemoteFile } from './sources.ts';

/**
 * A stream into a file that loses nothing: chunks are written as they come. One that kept some would drop them when the
 * connection fails, and that is what need not be asked for again.
 *
 * @param from where in the file it begins: at its end, or 0
 */
export const intoFile = (
  file: RemoteFile,
  path: string,
  from: number,
  onProgress: ((bytes: number) => void) | undefined,
): Writable => {
  let bytes = from;
  const handle = openSync(path, from > 0 ? 'a' : 'w');
  return new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      bytes += chunk.length;
      if (bytes > (file.bytes ?? Number.POSITIVE_INFINITY)) {
        return done(new ModelLoadError(`${file.url}: expected ${file.bytes} bytes, received more`));
      }
      try {
        writeWhole(handle, chunk);
      } catch (cause) {
        return done(writeFailure(path, cause));
      }
      onProgress?.(bytes);
      done();
    },
    destroy: (failure, done) => {
      let unsynced: Error | undefined;
      try {
        fsyncSync(handle);
      } catch (cause) {
        unsynced = writeFailure(path, cause);
      }
      closeSync(handle);
      done(failure ?? unsynced ?? null);
    },
  });
};
