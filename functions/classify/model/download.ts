import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ModelLoadError } from '../../../platform/index.ts';
import type { ObjectInfo, ObjectStore } from '../../../platform/storage/index.ts';

/**
 * Streams one file of a store to a path, creating its folder.
 *
 * @throws ModelLoadError unless it arrives whole: the bytes that were listed, and the sha256 where the store knows it
 */
export const download = async (store: ObjectStore, file: ObjectInfo, path: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const content = await store.open(file.key, { ifMatch: file.etag });
  if (content === undefined) {
    throw new ModelLoadError(`${store.location}${file.key}: expected content, found none: it was removed`);
  }
  const { body, sha256 } = content;
  const hash = createHash('sha256');
  let bytes = 0;
  const measured = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  await pipeline(body, measured, createWriteStream(path, { flush: true }));
  if (bytes !== file.bytes) {
    throw new ModelLoadError(`${file.key}: expected ${file.bytes} bytes, received ${bytes}`);
  }
  const received = hash.digest('hex');
  if (sha256 !== undefined && received !== sha256) {
    throw new ModelLoadError(`${file.key}: expected content of sha256 ${sha256}, received ${received}`);
  }
};
