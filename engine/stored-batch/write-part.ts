import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { type Part, partKey } from './part-key.ts';

/** Writes results of consecutive items as a part. */
export const writePart = async (
  store: ObjectStore,
  batch: string,
  start: number,
  lines: readonly string[],
  failed: number,
): Promise<{ readonly key: string; readonly part: Part }> => {
  const content = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const part: Part = { start, end: start + lines.length, failed, digest };
  const key = partKey(batch, part);
  await store.put(key, content);
  return { key, part };
};
