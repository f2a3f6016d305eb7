import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import pMap from 'p-map';
import type { ObjectStore } from '../../platform/storage/index.ts';
import type { Picture } from '../inputs/picture.ts';

/** Files up to this size travel inside the request: eight of them, as base64, are half of what one carries. */
export const INLINE_MAX_BYTES = 256 * 1024;

/** Uploads at once: twice the connections a browser opens, far below what S3 takes per prefix. */
const UPLOADS_AT_ONCE = 16;

/** The type is of no consequence (the function looks at the content), but a data URI must have one of `image/…`. */
const dataUri = (content: Buffer): string => `data:image/x-unknown;base64,${content.toString('base64')}`;

const upload = async (content: Buffer, path: string, store: ObjectStore): Promise<string> => {
  const digest = createHash('sha256').update(content).digest('hex');
  const key = `uploads/${digest}${extname(path).toLowerCase()}`;
  if (!(await store.stat(key))) await store.put(key, content);
  return `${store.location}${key}`;
};

/**
 * Local files as a function elsewhere can read them: inside the request where they are small, otherwise uploaded to
 * its store under their content's hash, once however often they are sent. A file that cannot be read stays as it is:
 * the function refuses it by name, and the others are answered.
 *
 * @param openStore the function's store; called only when something is to be uploaded
 */
export const sendFiles = (
  pictures: readonly Picture[],
  openStore: () => Promise<ObjectStore>,
  signal: AbortSignal,
): Promise<readonly string[]> =>
  pMap(
    pictures,
    async ({ reference }) => {
      signal.throwIfAborted();
      const isFile = reference.startsWith('file://');
      const path = isFile ? fileURLToPath(reference) : '';
      const content = isFile ? await readFile(path).catch(() => undefined) : undefined;
      if (content === undefined) return reference;
      if (content.length <= INLINE_MAX_BYTES) return dataUri(content);
      return upload(content, path, await openStore());
    },
    { concurrency: UPLOADS_AT_ONCE },
  );
