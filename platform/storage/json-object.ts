import type { ObjectStore } from './object-store.ts';

/** Reads an object of JSON, which has the type that its writer gave it; undefined where there is none. */
export const readJson = async <T>(store: ObjectStore, key: string): Promise<T | undefined> => {
  const content = await store.get(key);
  return content && (JSON.parse(Buffer.from(content).toString('utf8')) as T);
};

/** Writes an object of JSON. */
export const putJson = (store: ObjectStore, key: string, value: unknown): Promise<void> =>
  store.put(key, Buffer.from(JSON.stringify(value)));
