import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** The sha256, in lower-case hexadecimal, of files read one after another as if they were one; streamed. */
export const sha256OfFiles = async (paths: readonly string[]): Promise<string> => {
  const hash = createHash('sha256');
  for (const path of paths) {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  }
  return hash.digest('hex');
};
