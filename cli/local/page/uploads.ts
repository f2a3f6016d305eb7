import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Of all pictures together, while the host runs: they lie in its temporary folder. */
const MOST_BYTES = 4 * 1024 ** 3;

/** Pictures that the page has sent. */
export interface Uploads extends AsyncDisposable {
  /** @returns its id; undefined where there is no room left */
  add(bytes: Uint8Array): Promise<string | undefined>;
  /** `file://…` of an id; undefined for one that there is not. */
  reference(id: string): string | undefined;
}

/** Keeps pictures in a folder of their own, that only this user reads, until it is disposed of. */
export const openUploads = async (): Promise<Uploads> => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-page-'));
  const references = new Map<string, string>();
  let bytesKept = 0;
  return {
    add: async (bytes) => {
      if (bytesKept + bytes.length > MOST_BYTES) return undefined;
      bytesKept += bytes.length;
      const id = randomUUID();
      const path = join(folder, id);
      await writeFile(path, bytes);
      references.set(id, pathToFileURL(path).href);
      return id;
    },
    reference: (id) => references.get(id),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
};
