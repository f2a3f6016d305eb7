import { createHash } from 'node:crypto';
import { createDirectoryStore } from '../../../platform/storage/directory-store.ts';
import type { ObjectStore } from '../../../platform/storage/object-store.ts';

/** A folder as a store that knows digests. A key in `damaged` arrives altered. */
export const damagedStore = (folder: string, damaged: ReadonlySet<string> = new Set()): ObjectStore => {
  const store = createDirectoryStore(folder);
  return {
    ...store,
    open: async (key, options) => {
      const [content, whole] = await Promise.all([store.open(key, options), store.get(key)]);
      if (!content || !whole) return undefined;
      const sha256 = createHash('sha256').update(whole).digest('hex');
      const body = async function* () {
        for await (const chunk of content.body)
          yield damaged.has(key) ? chunk.map((byte) => byte ^ 1) : chunk;
      };
      return { ...content, sha256, body: body() };
    },
  };
};
