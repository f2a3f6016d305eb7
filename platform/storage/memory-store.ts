import { checkKey, type ObjectStore, objectChanged } from './object-store.ts';

async function* once(content: Uint8Array): AsyncIterable<Uint8Array> {
  if (content.length > 0) yield content;
}

/** A store that lives and dies with its process. */
export const createMemoryStore = (): ObjectStore => {
  const objects = new Map<
    string,
    { readonly content: Uint8Array; readonly etag: string; readonly modifiedMs: number }
  >();
  let versions = 0;
  const put = (key: string, content: Uint8Array) => {
    versions += 1;
    objects.set(checkKey(key), {
      content: Uint8Array.from(content),
      etag: `"${versions}"`,
      modifiedMs: Date.now(),
    });
  };
  const infoOf = (key: string) => {
    const object = objects.get(key);
    return object && { key, bytes: object.content.length, etag: object.etag, modifiedMs: object.modifiedMs };
  };
  const list = async (prefix: string) =>
    [...objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort()
      .flatMap((key) => infoOf(key) ?? []);
  return {
    location: 'memory:',
    put: async (key, content) => put(key, content),
    create: async (key, content) => {
      if (objects.has(key)) return false;
      put(key, content);
      return true;
    },
    get: async (key) => {
      const object = objects.get(key);
      return object && Uint8Array.from(object.content);
    },
    open: async (key, { ifMatch, range } = {}) => {
      const object = objects.get(key);
      if (!object) return undefined;
      if (ifMatch !== undefined && ifMatch !== object.etag) throw objectChanged(`memory:${key}`, ifMatch);
      const content = object.content.slice(range?.from, range && Math.max(range.from, range.to));
      return { etag: object.etag, bytes: content.length, body: once(content) };
    },
    stat: async (key) => infoOf(key),
    list,
    pages: async function* (prefix) {
      yield await list(prefix);
    },
  };
};
