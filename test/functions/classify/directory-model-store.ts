import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelStore, StoredFile } from '../../../functions/classify/model/model-store.ts';

/** A folder as a model store: keys are relative paths, versions are digests. A key in `damaged` arrives altered. */
export const directoryModelStore = (
  folder: string,
  damaged: ReadonlySet<string> = new Set(),
): ModelStore => ({
  list: async (prefix) => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const keys = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    return Promise.all(
      keys
        .filter((key) => key.startsWith(prefix))
        .sort()
        .map((key) => describe(folder, key)),
    );
  },
  read: async (file) => {
    const content = await readFile(join(folder, file.key));
    const sha256 = digest(content);
    if (sha256 !== file.version) throw new Error(`${file.key} is another version than was listed`);
    return { stream: chunks(content, damaged.has(file.key)), sha256 };
  },
});

const describe = async (folder: string, key: string): Promise<StoredFile> => {
  const content = await readFile(join(folder, key));
  return { key, bytes: content.length, version: digest(content) };
};

const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

async function* chunks(content: Uint8Array, isDamaged: boolean): AsyncGenerator<Uint8Array> {
  const half = content.length >> 1;
  yield content.subarray(0, half);
  yield isDamaged ? content.subarray(half).map((byte) => byte ^ 1) : content.subarray(half);
}
