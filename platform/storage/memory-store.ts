import type { ObjectStore } from './object-store.ts';

/** A store that lives and dies with its process. */
export const createMemoryStore = (): ObjectStore => {
  const objects = new Map<string, Uint8Array>();
  return {
    location: 'memory:',
    put: async (key, content) => {
      objects.set(key, Uint8Array.from(content));
    },
    get: async (key) => {
      const content = objects.get(key);
      return content && Uint8Array.from(content);
    },
    has: async (key) => objects.has(key),
    list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
  };
};
